"""Which scenarios a selection plays: those it names, and those that they need."""

from __future__ import annotations

from collections.abc import Iterable

from .scenario import Scenario


def with_needs(names: Iterable[str], scenarios: Iterable[Scenario]) -> frozenset[str]:
    """Return `names` with those of every scenario that they need, directly or through others."""
    needs = {one.name: one.needs for one in scenarios}
    found, open_ones = set[str](), set(names)
    while open_ones:
        found |= open_ones
        open_ones = {need for name in open_ones for need in needs.get(name, ())} - found
    return frozenset(found)
