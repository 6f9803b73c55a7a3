"""The command `requirements`: list every requirement."""

from __future__ import annotations

import json
from shutil import get_terminal_size

import click

from appointment_conformance.cli.configuration import exit_2_on_errors, load_usable_apis
from appointment_conformance.cli.options import json_option
from appointment_conformance.output import say


@click.command(short_help="List every requirement.")
@click.option("--api", metavar="NAME", help="Only the requirements of one API.")
@json_option
def requirements(*, api: str | None, as_json: bool) -> None:
    """List every requirement: id, level, operations, title and source. Exit: 0, or 2."""
    with exit_2_on_errors():
        from appointment_conformance.cli.explain import list_lines, listed

        rows = listed(load_usable_apis(), api)
    if as_json:
        say(json.dumps(rows, indent=2))
        return
    for line in list_lines(rows, width=get_terminal_size().columns):
        say(line)
