"""The command `faults`: list the faults of the reference APIs."""

from __future__ import annotations

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.output import complain, say


@click.command(short_help="List the faults that --fault knows.")
def faults() -> None:
    """List the faults that --fault knows, with the requirements they break."""
    from appointment_conformance.reference_apis import all_faults, broken_references

    with exit_2_on_errors():
        for fault in all_faults():
            say(f"{fault.name}  ({', '.join(fault.breaks)})  {fault.description}")
        for reason in broken_references().values():
            complain(f"error: {reason}")
