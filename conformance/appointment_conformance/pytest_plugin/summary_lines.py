"""The text at the end of a run: the reason of the verdict, the counts of verdicts, and the path of the reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appointment_conformance.engine.verdict import EXIT_CODES
from appointment_conformance.wording import amount
from appointment_reports import RunResult, document, visible_line

if TYPE_CHECKING:
    import pytest

#: Maximum characters of the reason, which names every record that was left at the target.
REASON_LIMIT = 2000


def summary_lines(result: dict[str, Any], directory: Path) -> tuple[str, ...]:
    """Return the lines after the verdict of `result`, the data of a `result.json`; the last one has the report path."""
    counts = Counter(_outcome(requirement) for requirement in result["requirements"])
    counted = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing judged"
    requests, used = amount(result["requests"], "request"), amount(result["appointments_consumed"], "fixture")
    return (
        *([visible_line(result["reason"], REASON_LIMIT)] if result["reason"] else []),
        f"{counted}; {requests}, {used} used, {result['duration_seconds']:.1f} s",
        *_additions(result["requirements"]),
        _where(directory),
    )


def write_summary(terminal: pytest.TerminalReporter, ended: Iterable[tuple[RunResult, Path]], *, note: str) -> None:
    """Write a section to pytest's terminal with the verdict of each result, and the directory of its reports.

    `note` is a sentence on the targets file.
    """
    terminal.section("appointment conformance")
    if note:
        terminal.write_line(visible_line(note))
    for result, directory in ended:
        color = "red" if EXIT_CODES[result.verdict] else "green"
        terminal.write_line(f"{visible_line(result.target)} is {result.verdict}", bold=True, **{color: True})
        for line in summary_lines(document(result), directory):
            terminal.write_line(f"  {line}")


def _where(directory: Path) -> str:
    page = directory / "report.html"
    return f"reports: {page}" if page.exists() else f"no report.html was written to {directory}"


def _additions(requirements: list[dict[str, Any]]) -> tuple[str, ...]:
    """One line for each thing to add to the target, with the requirements that need it."""
    names: dict[str, list[str]] = {}
    for requirement in requirements:
        if requirement.get("remedy"):
            names.setdefault(requirement["remedy"], []).append(f"{requirement['id']} ({requirement['operation']})")
    return tuple(
        visible_line(f"untested: {', '.join(listed)}: {remedy}", REASON_LIMIT) for remedy, listed in names.items()
    )


def _outcome(requirement: dict[str, Any]) -> str:
    """The verdict. What was blocked, and advice that does not affect the target's verdict, is counted separately."""
    if requirement.get("blocked"):
        return "blocked in front of the API"
    is_advice = requirement["verdict"] == "failed" and not requirement.get("gates", True)
    return "advisory" if is_advice else str(requirement["verdict"])
