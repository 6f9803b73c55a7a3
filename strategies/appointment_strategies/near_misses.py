"""The near misses of any API: values that break one rule, each derived from a fixture and identified by a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

#: Returns a strategy for the values of one class of near misses that are derived from the given fixture.
Variety = Callable[[str], st.SearchStrategy[object]]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A class of near misses.

    Reports show `name`, which is unique within `of`. `rule` is the one rule of the model that is broken. `make` returns
    the same value for the same fixture: a JSON value or `ABSENT`, bytes if the whole body is not JSON, or a raw segment
    if the class is one of a path.
    """

    name: str
    of: str
    rule: str
    make: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Family:
    """The near misses of one part of a request: its classes, and the fixtures from which they can be derived."""

    of: str
    #: The most valuable first.
    classes: tuple[NearMiss, ...]
    #: Returns whether a near miss can be derived from a fixture.
    suits: Callable[[str], bool]
    #: Many values of a class, by its name; `make` returns only the most informative one.
    varieties: Mapping[str, Variety] = field(default_factory=dict)

    def values_of(self, miss: NearMiss, fixture: str) -> st.SearchStrategy[object]:
        """Return a strategy for the values of one class for `fixture`; a class without varieties has one value."""
        variety = self.varieties.get(miss.name)
        return st.just(miss.make(fixture)) if variety is None else variety(fixture)

    def checked(self, fixture: object) -> str:
        """Return `fixture`. Raises InvalidArgument if no near miss can be derived from it."""
        if not isinstance(fixture, str) or not self.suits(fixture):
            raise InvalidArgument(
                f"fixtures drew {fixture!r:.200}, from which no near miss of {self.of!r} can be derived"
            )
        return fixture

    def segments(self, fixture: str) -> Mapping[str, str]:
        """Return the raw path segment that each class derives from a fixture's id, by the name of the class."""
        return MappingProxyType({miss.name: cast("str", miss.make(fixture)) for miss in self.classes})

    def chosen(self, names: Collection[str] | None) -> tuple[NearMiss, ...]:
        """Return the classes with these names, or all. Raises InvalidArgument for a name that no class has."""
        if names is None:
            return self.classes
        known = {miss.name for miss in self.classes}
        if isinstance(names, str) or not names or not known.issuperset(names):
            raise InvalidArgument(
                f"{names=} has to be a collection of names of near misses of {self.of!r}: {sorted(known)}"
            )
        return tuple(miss for miss in self.classes if miss.name in names)


def family(
    of: str,
    suits: Callable[[str], bool],
    *classes: tuple[str, str, Callable[[str], object]],
    varieties: Mapping[str, Variety] | None = None,
) -> Family:
    """Return a family with these classes, each given as (name, rule, make)."""
    near_misses = tuple(NearMiss(name, of, rule, make) for name, rule, make in classes)
    return Family(of, near_misses, suits, MappingProxyType(dict(varieties or {})))


def families(*given: Family) -> Mapping[str, Family]:
    """Return families by their `of`."""
    return MappingProxyType({family.of: family for family in given})


def family_of(of: str, known: Mapping[str, Family]) -> Family:
    """Return the family of `of`. Raises InvalidArgument for an `of` without near misses."""
    if of not in known:
        raise InvalidArgument(f"of={of!r} has no near misses; expected one of {', '.join(map(repr, known))}")
    return known[of]


def drawn(
    draw: st.DrawFn, given: Family, fixtures: st.SearchStrategy[str], names: Collection[str] | None
) -> tuple[str, object]:
    """Draw the name of a class and one of its values, derived from one of `fixtures`.

    `names` restricts the classes. Every class is drawn from, with more values than the one of `make`. `ABSENT` stands
    for a member that is left out. Shrinks to the first class with a single value. Raises InvalidArgument for an unknown
    name, or an invalid fixture.
    """
    miss = draw(st.sampled_from(given.chosen(names)))
    return miss.name, draw(given.values_of(miss, given.checked(draw(fixtures))))


def derived_from(
    text: str, fixtures: Iterable[str], *, breaks: Callable[[str], bool], is_near: Callable[[str, str], bool]
) -> str | None:
    """Return the fixture that a decoded path segment is a near miss of, or None.

    If a fixture is returned, the segment cannot be an id itself (`breaks`), and a server can find only that fixture by
    it (`is_near`).
    """
    if "/" in text or "\ufffd" in text or not breaks(text):
        return None
    return next((fixture for fixture in fixtures if is_near(text, fixture)), None)
