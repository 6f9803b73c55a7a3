"""The commands `deviations init` and `deviations prune`: keep a file of known deviations up to date."""

from __future__ import annotations

from pathlib import Path

import click

from appointment_conformance.cli.configuration import exit_2_on_errors, require_targets_file
from appointment_conformance.cli.options import env_file_option, output_option, targets_option
from appointment_conformance.output import say


@click.group(short_help="Declare the failures of a target that are accepted for now.")
def deviations() -> None:
    """Declare the failures of a target that are accepted for now, in the file that its `deviations` names."""


@deviations.command(short_help="Add an entry for each failure of the last run.")
@click.argument("target")
@targets_option()
@env_file_option
@output_option("Directory of the reports of the last run.")
def init(target: str, *, targets: Path | None, env_file: Path | None, output: Path) -> None:
    """Add an entry for each failure of the last run of TARGET; the entries that exist stay as they are.

    Fill in reason, ticket and owner of each new entry: a run refuses the file until you do. Exit: 0, or 2.
    """
    from appointment_conformance.cli.deviations import declare

    with exit_2_on_errors():
        say(declare(target, targets=require_targets_file(targets, env_file), output=output))


@deviations.command(short_help="Drop the entries of failures that are fixed.")
@click.argument("target")
@targets_option()
@env_file_option
@output_option("Directory of the reports of the last run.")
def prune(target: str, *, targets: Path | None, env_file: Path | None, output: Path) -> None:
    """Drop the entries whose failure the last run of TARGET no longer shows, or whose requirement no longer exists.

    Exit: 0, or 2.
    """
    from appointment_conformance.cli.deviations import prune as drop

    with exit_2_on_errors():
        say(drop(target, targets=require_targets_file(targets, env_file), output=output))
