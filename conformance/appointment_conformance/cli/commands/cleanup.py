"""The command `cleanup`: remove the records of a run that was killed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from appointment_conformance.cli.configuration import exit_2_on_errors, find_targets_file
from appointment_conformance.cli.options import env_file_option, output_option, targets_option
from appointment_conformance.output import say


@click.command(short_help="Remove the records that a killed run created at its target.")
@click.argument("run_id")
@targets_option("Targets file (YAML) of that run.")
@env_file_option
@output_option("Directory of the reports of that run, which contains its journal.")
def cleanup(run_id: str, *, targets: Path | None, env_file: Path | None, output: Path) -> None:
    """Remove the records that the run RUN_ID created at its target and could not remove because it was killed.

    Exit: 0 if no record is left, 1 if one is, 2 usage or configuration.
    """
    from appointment_conformance.api import provisioning_of
    from appointment_conformance.provisioning.cleanup import cleanup as clean_up
    from appointment_conformance.targets_file import installed_forms

    with exit_2_on_errors():
        file = find_targets_file(targets, env_file)
        text = file.read() if file else None
        cleared = clean_up(run_id, targets=text, output=output, forms=installed_forms(), provisioning=provisioning_of)
    say(f"{cleared.removed} removed, {len(cleared.left)} left behind")
    for phrase in cleared.left:
        say(f"  {phrase}")
    sys.exit(1 if cleared.left else 0)
