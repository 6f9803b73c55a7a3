"""The command `explain`: what one requirement states, and how the suite checks it."""

from __future__ import annotations

import json
from shutil import get_terminal_size

import click

from appointment_conformance.cli.configuration import exit_2_on_errors, load_usable_apis
from appointment_conformance.cli.options import json_option
from appointment_conformance.output import say


@click.command(short_help="Explain a requirement: its requests, accepted answers and faults.")
@click.argument("id", required=False)
@json_option
def explain(*, id: str | None, as_json: bool) -> None:  # noqa: A002 - the field's own word for it
    """Explain the requirement ID: its statement, its source, and the requests that exercise it.

    The explanation says which answers are accepted, and which faults of the reference API prove that the requirement
    can fail. In paths, bodies and answers, names such as `{appointment}` replace ids of the target. Nothing is sent.

    Exit: 0, or 2.
    """
    if not id:
        raise click.UsageError("name the id of a requirement; `appointment-conformance requirements` lists them.")
    with exit_2_on_errors():
        from appointment_conformance.cli.explain import explained, lines

        explanation = explained(id.strip().upper(), load_usable_apis())
    if as_json:
        say(json.dumps(explanation.to_dict(), indent=2))
        return
    for line in lines(explanation, width=get_terminal_size().columns):
        say(line)
