"""What came of each requirement, and how often."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from .result import RequirementResult, RequirementVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A verdict, or `advisory`: a recommendation (SHOULD) that does not hold, which fails nothing; or `blocked`: untested,
#: since something in front of the API answered in its place.
Outcome = RequirementVerdict | Literal["advisory", "blocked"]

#: In the order of reading: what needs a hand first.
OUTCOMES: tuple[Outcome, ...] = ("failed", "error", "deviation", "advisory", "blocked", "untested", "passed")


def outcome(requirement: RequirementResult) -> Outcome:
    """Return the verdict of `requirement`, or `advisory` or `blocked` where that says more."""
    if requirement.blocked and requirement.verdict == "untested":
        return "blocked"
    return "advisory" if requirement.verdict == "failed" and requirement.level == "SHOULD" else requirement.verdict


def explanation(requirement: RequirementResult) -> str:
    """Return the one sentence that says why the outcome is what it is: what was seen, or why nothing was judged."""
    seen = requirement.failure.actual if requirement.failure else ""
    if requirement.verdict == "failed":
        return seen or requirement.reason
    if requirement.verdict == "untested":
        return requirement.reason or "no request exercised it"
    return requirement.reason or seen


def tally(requirements: Iterable[RequirementResult]) -> Counter[Outcome]:
    """Return the number of requirements of each outcome; one that never came counts zero."""
    return Counter(outcome(requirement) for requirement in requirements)
