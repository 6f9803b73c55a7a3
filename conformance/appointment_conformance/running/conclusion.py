"""The end of a run in words: the reason of the verdict, what came of the requirements, where the reports are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from appointment_reports import visible_line

from .amount import amount

#: Characters of the reason: it names what is left behind at the target, by id.
REASON_LIMIT = 2000


def conclusion(result: dict[str, Any], directory: Path) -> tuple[str, ...]:
    """Return what follows the verdict of `result`, the data of a `result.json`; where the reports are comes last."""
    counts = Counter(_outcome(one) for one in result["requirements"])
    counted = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing judged"
    requests, used = amount(result["requests"], "request"), amount(result["appointments_consumed"], "appointment")
    return (
        *([visible_line(result["reason"], REASON_LIMIT)] if result["reason"] else []),
        f"{counted}; {requests}, {used} used, {result['duration_seconds']:.1f} s",
        f"reports: {directory / 'report.html'}",
    )


def _outcome(requirement: dict[str, Any]) -> str:
    """The verdict; what something in front of the API has kept from being judged is counted apart."""
    return "blocked in front of the API" if requirement["blocked"] else str(requirement["verdict"])
