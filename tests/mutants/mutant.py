"""A mutant of an application, a seeded sample of many, and what came of judging one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Mutant", "Outcome", "Trial", "sample"]

#: `no start` and `not testable` are killed as well: anybody sees that this is not the API.
Outcome = Literal["killed", "no start", "not testable", "advice", "survived"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the source.

    The id is made of where the change is, the source line without its indentation, the operator, and a number where
    the operator has several changes for such a line. It has no line number: it stays when lines are added elsewhere.
    """

    id: str
    source: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutant and what came of it; `by` names the requirements that failed, or what stood in the way."""

    mutant: Mutant
    outcome: Outcome
    by: tuple[str, ...] = ()


def sample(every: Sequence[str], size: int, seed: int) -> list[str]:
    """Return `size` ids that the seed picks, all of them where there are no more, in the order that they came in."""
    if size >= len(every):
        return list(every)
    picked = random.Random(seed).sample(range(len(every)), size)  # noqa: S311 - a sample, no secret
    return [every[place] for place in sorted(picked)]
