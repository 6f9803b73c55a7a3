"""What came of each requirement, and how often."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from .result import RequirementResult, RequirementVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A verdict, or `advisory`: advice (SHOULD) that does not hold, where it fails nothing; or `blocked`: untested,
#: since something in front of the API answered in its place.
Outcome = RequirementVerdict | Literal["advisory", "blocked"]

#: In the order of reading: what needs a hand first.
OUTCOMES: tuple[Outcome, ...] = ("failed", "error", "deviation", "advisory", "blocked", "untested", "passed")


def outcome(requirement: RequirementResult) -> Outcome:
    """Return the verdict of `requirement`, or `advisory` or `blocked` where that says more."""
    if requirement.blocked and requirement.verdict == "untested":
        return "blocked"
    return "advisory" if requirement.verdict == "failed" and not requirement.gates else requirement.verdict


def standing(requirement: RequirementResult) -> str:
    """Return the level of `requirement`; of advice with the word, and whether it gates here."""
    if requirement.level == "MUST":
        return "MUST"
    return "SHOULD: advice, which gates here" if requirement.gates else "SHOULD: advice"


def explanation(requirement: RequirementResult) -> str:
    """Return the one sentence that says why the outcome is what it is: what was seen, or why nothing was judged."""
    seen = requirement.failure.actual if requirement.failure else ""
    if requirement.verdict == "failed":
        return seen or requirement.reason
    if requirement.verdict == "untested":
        return requirement.reason or "no request exercised it"
    return requirement.reason or seen


def additions(requirements: Iterable[RequirementResult]) -> dict[str, list[str]]:
    """Return what to add to the target, or to give in place of what it has, each with the requirements it is for."""
    names: dict[str, list[str]] = {}
    for one in requirements:
        if one.remedy:
            names.setdefault(one.remedy, []).append(f"{one.id} ({one.operation})")
    return names


def tally(requirements: Iterable[RequirementResult]) -> Counter[Outcome]:
    """Return the number of requirements of each outcome; one that never came counts zero."""
    return Counter(outcome(requirement) for requirement in requirements)
