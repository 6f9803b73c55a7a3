"""The documents say the same about exit codes, verdicts, commands and faults as the code."""

from __future__ import annotations

import re
from typing import get_args

import click
from pages import PAGES, ROOT, blocks, tables, text_of

from appointment_conformance.cli.main import main
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE, WORST_FIRST
from appointment_conformance.reference.mutation import kebab
from appointment_conformance.reference_apis import all_faults
from appointment_reports import RequirementVerdict, TargetVerdict


def shell_of(page):
    """Return the shell commands that a page shows."""
    return "\n".join(blocks(page.read_text(encoding="utf-8"), "sh"))


def test_the_exit_codes_are_those_of_the_code():
    """The README has each exit code, and the order by severity."""
    codes = {int(row[0]) for row in tables(text_of("README.md"))["In CI"]}
    assert codes == {*EXIT_CODES.values(), USAGE, INTERRUPTED}
    (order,) = re.findall(r"in the order ((?:\d )+\d)\.", text_of("README.md"))
    assert tuple(map(int, order.split())) == tuple(code for code in WORST_FIRST if code != INTERRUPTED)


def test_the_verdicts_are_those_of_the_code():
    """The README has each verdict of a requirement, and each of a target with its exit code."""
    rows = tables(text_of("README.md"))["Verdicts"]
    assert {row[0] for row in rows if len(row) == 2} == {*get_args(RequirementVerdict)}
    assert {row[0]: int(row[2]) for row in rows if len(row) == 3} == EXIT_CODES
    assert {*get_args(TargetVerdict)} == {*EXIT_CODES}


def test_a_command_of_the_documents_exists():
    """Every command and option in a shell block exists."""
    lines = [line for page in PAGES for line in shell_of(page).splitlines()]
    shown = [line for line in lines if re.match(r"(?:\.venv/bin/)?appointment-conformance ", line)]
    assert len(shown) > 3
    for line in shown:
        command, rest = main, line.split("#")[0].split()[1:]
        while isinstance(command, click.Group):
            command = command.commands[rest.pop(0)]
        known = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
        assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known, line


def test_a_fault_of_the_documents_exists():
    """Every fault that the documents switch on exists in the reference API, or is the one of a tutorial."""
    tutorials = text_of("CONTRIBUTING.md") + text_of("docs/your-own-api.md")
    built = set(re.findall(r"^class (\w+)\(", tutorials, re.MULTILINE))
    tutorial = {kebab(name) for name in built}
    named = {name for page in PAGES for name in re.findall(r"--fault ([a-z0-9-]+)", shell_of(page))}
    assert len(named) > 1
    assert named <= {fault.name for fault in all_faults()} | tutorial


def test_the_picture_is_small():
    """The picture of the report is a PNG that loads quickly."""
    picture = (ROOT / "docs" / "report.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert 10_000 < len(picture) < 250_000
