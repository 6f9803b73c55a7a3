"""Near misses drawn by Hypothesis, many of each class, for the profile that explores; the seed decides which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from appointment_conformance.utf8_table import load_utf8_table
from appointment_strategies import ABSENT, NearMiss
from appointment_strategies.omneo import Of, near_misses, near_misses_of

#: Cases drawn of each family.
EXAMPLES = 40


@dataclass(frozen=True, slots=True)
class Drawn:
    """A class of near misses with one value that was drawn of it, the `number`th of the class."""

    miss: NearMiss
    number: int


@cache
def drawn_near_misses(of: Of, fixture: str, *, seed_: int) -> tuple[Drawn, ...]:
    """Return near misses of one fixture, each a class of its own with one value; the same seed draws the same."""
    rules = {miss.name: miss.rule for miss in near_misses_of(of)}
    found: list[Drawn] = []

    @seed(seed_)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(near_misses(of, fixtures=st.just(fixture)))
    def draw(case: tuple[str, object]) -> None:
        name, value = case
        if name in rules and value is not ABSENT:
            number = sum(case.miss.name == name for case in found) + 1
            found.append(Drawn(NearMiss(name, of, rules[name], lambda _: value), number))

    load_utf8_table()
    draw()
    return tuple(found)
