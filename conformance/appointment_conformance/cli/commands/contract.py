"""The commands `contract show` and `contract check`: the contract by which the suite judges, and a newer document."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import Literal

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.cli.options import json_option
from appointment_conformance.output import say

_FILE = click.Path(path_type=Path)


@click.group(short_help="Write the contract of an API, or compare a newer document with it.")
def contract() -> None:
    """Write the contract by which the suite judges an API, or say what a newer document of its vendor changes."""


@contract.command(short_help="Write the OpenAPI document by which the suite judges.")
@click.argument("api")
@click.option("--document", type=_FILE, help="Your own copy of the vendor's document, in place of the built-in one.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="What to write.",
)
@click.option("--output", type=_FILE, help="The file to write.  [default: standard output]")
def show(api: str, *, document: Path | None, form: Literal["json", "yaml"], output: Path | None) -> None:
    """Write the contract of API as one OpenAPI document: what the vendor publishes, with the overlay applied.

    It is for other tools, such as `schemathesis run`. Exit: 0, or 2.
    """
    from appointment_conformance.cli.contract_document import text_of, write

    with exit_2_on_errors():
        text = text_of(api, document, form=form)
        if output is not None:
            write(text, output)
            return
    say(text.rstrip("\n"))


@contract.command(short_help="Say what a newer document changes in the operations under judgement.")
@click.argument("file", type=_FILE)
@click.option("--api", metavar="NAME", required=True, help="The API that it describes.")
@click.option("--against", metavar="FILE", type=_FILE, help="A former document, in place of the built-in one.")
@json_option
def check(file: Path, *, api: str, against: Path | None, as_json: bool) -> None:
    """Say in what the OpenAPI document FILE differs from the built-in one, in the operations under judgement.

    Each difference comes with its place, the two values and the requirements that it touches. What differs in words,
    names or samples only is told, and does not count; against a former document the words that a requirement reads
    count as well. `-` reads standard input.

    Exit: 0 without differences, 1 with differences, 2 if the file cannot be used.
    """
    from appointment_conformance.cli.contract_document import api_called

    with exit_2_on_errors():
        from appointment_conformance.cli.contract_check import check as compared
        from appointment_conformance.cli.contract_check import lines

        found = compared(file, api_called(api), against=against)
    if as_json:
        say(json.dumps(found.to_dict(), indent=2))
    else:
        for line in lines(found, width=get_terminal_size().columns):
            say(line)
    sys.exit(1 if found.counted else 0)
