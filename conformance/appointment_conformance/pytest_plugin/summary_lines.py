"""The end of a run in words: the reason of the verdict, what came of the requirements, where the reports are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appointment_conformance.engine.verdict import EXIT_CODES
from appointment_conformance.wording import amount
from appointment_reports import RunResult, document, visible_line

if TYPE_CHECKING:
    import pytest

#: Characters of the reason: it names what is left behind at the target, by id.
REASON_LIMIT = 2000


def conclusion(result: dict[str, Any], directory: Path) -> tuple[str, ...]:
    """Return what follows the verdict of `result`, the data of a `result.json`; where the reports are comes last."""
    counts = Counter(_outcome(one) for one in result["requirements"])
    counted = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing judged"
    requests, used = amount(result["requests"], "request"), amount(result["appointments_consumed"], "fixture")
    return (
        *([visible_line(result["reason"], REASON_LIMIT)] if result["reason"] else []),
        f"{counted}; {requests}, {used} used, {result['duration_seconds']:.1f} s",
        *_additions(result["requirements"]),
        _where(directory),
    )


def write_summary(terminal: pytest.TerminalReporter, result: RunResult, directory: Path, *, note: str) -> None:
    """Write a section with the verdict of `result` to pytest's terminal; `note` is about the targets file."""
    color = "red" if EXIT_CODES[result.verdict] else "green"
    terminal.section("appointment conformance")
    if note:
        terminal.write_line(visible_line(note))
    terminal.write_line(f"{visible_line(result.target)} is {result.verdict}", bold=True, **{color: True})
    for line in conclusion(document(result), directory):
        terminal.write_line(f"  {line}")


def _where(directory: Path) -> str:
    page = directory / "report.html"
    return f"reports: {page}" if page.exists() else f"no report.html was written to {directory}"


def _additions(requirements: list[dict[str, Any]]) -> tuple[str, ...]:
    """What to add to the target, and for which requirements, one line each."""
    names: dict[str, list[str]] = {}
    for one in requirements:
        if one.get("remedy"):
            names.setdefault(one["remedy"], []).append(f"{one['id']} ({one['operation']})")
    return tuple(visible_line(f"untested: {', '.join(of)}: {remedy}", REASON_LIMIT) for remedy, of in names.items())


def _outcome(requirement: dict[str, Any]) -> str:
    """The verdict; what something in front of the API has kept from being judged is counted apart."""
    return "blocked in front of the API" if requirement.get("blocked") else str(requirement["verdict"])
