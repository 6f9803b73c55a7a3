"""The commands about the requirements themselves: they send nothing and need no targets file."""

from __future__ import annotations

import json
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from appointment_conformance.output import complain, say

from .mistakes import mistakes_told

if TYPE_CHECKING:
    from appointment_conformance.api import Apis

_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.command(short_help="Explain a requirement: its requests, accepted answers and faults.")
@click.argument("id", required=False)
@_JSON
def explain(*, id: str | None, as_json: bool) -> None:  # noqa: A002 - the field's own word for it
    """Explain the requirement ID: what it states and where that stands, and which requests exercise it.

    With them it tells which answers are accepted, and which faults of the reference API prove that it can fail. Sends
    nothing. In a path, a body or an answer, `{appointment}` and the like stand for ids of the target. Exit: 0, or 2.
    """
    if not id:
        raise click.UsageError("name the id of a requirement; `appointment-conformance requirements` lists them.")
    with mistakes_told():
        from .explain import explained, lines  # noqa: PLC0415 - who asks for help does without it

        told = explained(id.strip().upper(), _apis())
    if as_json:
        say(json.dumps(told.to_dict(), indent=2))
        return
    for line in lines(told, width=get_terminal_size().columns):
        say(line)


@click.command(short_help="List every requirement.")
@click.option("--api", metavar="NAME", help="Only the requirements of one API.")
@_JSON
def requirements(*, api: str | None, as_json: bool) -> None:
    """List every requirement: id, level, operations, title and source. Exit: 0, or 2."""
    with mistakes_told():
        from .explain import list_lines, listed  # noqa: PLC0415 - who asks for help does without it

        rows = listed(_apis(), api)
    if as_json:
        say(json.dumps(rows, indent=2))
        return
    for line in list_lines(rows, width=get_terminal_size().columns):
        say(line)


def _apis() -> Apis:
    """Every API that is installed; one that cannot be loaded is told on stderr."""
    from appointment_conformance.api import load_apis  # noqa: PLC0415 - who asks for help does without it

    for sentence in load_apis().broken.values():
        complain(sentence)
    return load_apis()
