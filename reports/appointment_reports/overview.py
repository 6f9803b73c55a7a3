"""The outcome of each of several targets, in the few facts that a table, an index page or a summary shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .result import TargetVerdict

#: Verdicts in the order of a table: those that need action first, in the order of the exit codes 5 1 3 4 0.
VERDICTS: Final[tuple[TargetVerdict, ...]] = (
    "error",
    "not-conformant",
    "not-testable",
    "not-verified",
    "conformant-with-deviations",
    "conformant",
)


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """What one run says about one target. `report` is the path of its page, empty if there is none."""

    target: str
    verdict: TargetVerdict
    reason: str = ""
    failed: int = 0
    untested: int = 0
    requests: int = 0
    seconds: float = 0.0
    report: str = ""
    #: The API and the base URL, empty if they are not known.
    api: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The outcomes of all targets of several runs, those that need action first."""

    outcomes: tuple[TargetOutcome, ...]
    #: Sentences on what makes the whole an error although no target shows it, and on what a reader should know.
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    suite_version: str

    @property
    def verdict(self) -> TargetVerdict:
        """The most severe verdict: `error` with a problem, and if there is no target at all."""
        if self.problems or not self.outcomes:
            return "error"
        return worst_first(self.outcomes)[0].verdict


def outcome_of(document: Mapping[str, Any], report: str) -> TargetOutcome:
    """Return the outcome in `document`, the data of a `result.json`. Advice that does not gate is not counted."""
    requirements = document["requirements"]
    return TargetOutcome(
        target=document["target"],
        verdict=document["verdict"],
        reason=document["reason"],
        failed=sum(entry["verdict"] == "failed" and entry.get("gates", True) for entry in requirements),
        untested=sum(entry["verdict"] == "untested" for entry in requirements),
        requests=document["requests"],
        seconds=document["duration_seconds"],
        report=report,
        api=document.get("api", ""),
        base_url=document.get("base_url", ""),
    )


def worst_first(outcomes: Iterable[TargetOutcome]) -> tuple[TargetOutcome, ...]:
    """Return the outcomes by verdict, those that need action first; with the same verdict they keep their order."""
    return tuple(sorted(outcomes, key=lambda outcome: VERDICTS.index(outcome.verdict)))


def counted(outcomes: Iterable[TargetOutcome]) -> str:
    """Return one sentence with the number of targets, and how many have each verdict."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    total = counts.total()
    listed = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    return f"{total} {'target' if total == 1 else 'targets'}: {listed or 'nothing was judged'}."
