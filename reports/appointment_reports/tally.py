"""The outcome of each requirement, and how often each outcome occurs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from .result import RequirementResult, RequirementVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A verdict; or `advisory`: advice (SHOULD) that failed and does not affect the target's verdict; or `blocked`:
#: untested because something in front of the API answered instead of it.
Outcome = RequirementVerdict | Literal["advisory", "blocked"]

#: The order in the reports: outcomes that need action first.
OUTCOMES: tuple[Outcome, ...] = ("failed", "error", "deviation", "advisory", "blocked", "untested", "passed")


def outcome(requirement: RequirementResult) -> Outcome:
    """Return the verdict of `requirement`, or `advisory` or `blocked` if one of them applies."""
    if requirement.blocked and requirement.verdict == "untested":
        return "blocked"
    return "advisory" if requirement.verdict == "failed" and not requirement.gates else requirement.verdict


def standing(requirement: RequirementResult) -> str:
    """Return the level of `requirement`; for SHOULD also that it is advice, and whether it gates here."""
    if requirement.level == "MUST":
        return "MUST"
    return "SHOULD: advice, which gates here" if requirement.gates else "SHOULD: advice"


def explanation(requirement: RequirementResult) -> str:
    """Return one sentence with the reason of the outcome: what was observed, or why nothing was judged."""
    seen = requirement.failure.actual if requirement.failure else ""
    if requirement.verdict == "failed":
        return seen or requirement.reason
    if requirement.verdict == "untested":
        return requirement.reason or "no request exercised it"
    return requirement.reason or seen


def additions(requirements: Iterable[RequirementResult]) -> dict[str, list[str]]:
    """Return what to add to or change in the target's settings, each with the requirements that need it."""
    names: dict[str, list[str]] = {}
    for requirement in requirements:
        if requirement.remedy:
            names.setdefault(requirement.remedy, []).append(f"{requirement.id} ({requirement.operation})")
    return names


def tally(requirements: Iterable[RequirementResult]) -> Counter[Outcome]:
    """Return the number of requirements of each outcome; it is 0 for an outcome that does not occur."""
    return Counter(outcome(requirement) for requirement in requirements)
