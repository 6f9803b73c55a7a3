"""The commands `targets list` and `targets schema`: what a targets file has, and what it may have."""

from __future__ import annotations

import json
from pathlib import Path

import click

from appointment_conformance.cli.configuration import exit_2_on_errors, find_targets_file
from appointment_conformance.cli.options import json_option, targets_option
from appointment_conformance.output import complain, say


@click.group(short_help="List the targets of a file, or print the schema of such a file.")
def targets() -> None:
    """List the targets of a file, or print the schema of such a file. Nothing is sent."""


@targets.command("list", short_help="List the targets, a line each: name, API, address.")
@targets_option()
@json_option
def list_targets(*, targets: Path | None, as_json: bool) -> None:
    """List the targets of the file, or the built-in ones without a file: name, API and address, as they are written.

    No variable and no secret has to be set. Exit: 0, or 2.
    """
    with exit_2_on_errors():
        from appointment_conformance.cli.target_list import lines, listed

        found = listed(find_targets_file(targets))
    if as_json:
        say(json.dumps([target.to_dict() for target in found], indent=2))
        return
    for line in lines(found):
        say(line)


@targets.command(short_help="Print the JSON Schema of a targets file, for editors.")
def schema() -> None:
    """Print the JSON Schema (2020-12) of a targets file, with the keys of every installed API.

    It describes the file as it is written, so `${VAR}` may replace any text. Exit: 0, or 2.
    """
    with exit_2_on_errors():
        from appointment_conformance.targets_file import installed_forms

        forms = installed_forms()
        for reason in forms.broken.values():
            complain(reason)
        say(forms.written_schema_text)
