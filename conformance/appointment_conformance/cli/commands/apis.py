"""The command `apis`: list the APIs that are installed."""

from __future__ import annotations

import sys

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.output import complain, say


@click.command(short_help="List the APIs that are installed, and the keys of their targets.")
def apis() -> None:
    """List the APIs that are installed, each with its package and the keys of its fixtures in a targets file.

    Exit: 0, or 2 if a package cannot be used.
    """
    from appointment_conformance.api import load_apis
    from appointment_conformance.reference_apis import broken_references

    with exit_2_on_errors():
        installed = load_apis().with_catalogues()
        broken = {**broken_references(), **installed.broken}
    for name, api in installed.items():
        say(f"{name}  {api.title}, requirements {api.id_prefix}-..., by {installed.packages[name]}")
        for key, description in api.form.described_keys.items():
            say(f"  {key}: {description}")
        if api.provisioning:
            say(f"  provision: {api.form.provision_schema.get('title', '')}")
    for reason in broken.values():
        complain(f"error: {reason}")
    sys.exit(2 if broken else 0)
