"""Strategies for near misses, alone and in whole bodies, each drawn with the name that reports show."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from appointment_strategies.model import (
    ALIASES,
    breaks_appointment_id,
    broken_rules_of_text,
    is_list_id,
    is_profile_id,
    link_action,
)
from appointment_strategies.near_misses import NearMiss, Of, near_misses_of
from appointment_strategies.purity import assert_pure
from appointment_strategies.varieties import values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


@st.composite
def near_misses(
    draw: st.DrawFn,
    of: Of,
    *,
    fixtures: st.SearchStrategy[str],
    names: Collection[str] | None = None,
) -> tuple[str, object]:
    """Draw the name of a class of near misses and one of its values, derived from one of `fixtures`.

    `fixtures` draws what `NearMiss.make` takes for `of`; `names` keeps to some of the classes. Every class is drawn
    from, with more values than the table's own. The value `ABSENT` stands for a member left out. Shrinks to the
    first class that has one value only. Raises InvalidArgument for an unknown `of` or name, or an invalid fixture.
    """
    miss = draw(st.sampled_from(_chosen(of, names)))
    return miss.name, draw(values_of(miss, _checked(of, draw(fixtures))))


@st.composite
def invalid_link_actions(
    draw: st.DrawFn,
    *,
    profiles: st.SearchStrategy[str],
    lists: st.SearchStrategy[str],
) -> tuple[str, object]:
    """Draw the name of a near miss, as in `profile id: truncated`, and a link action in which it breaks one rule.

    Every id is derived from a drawn fixture; `st.nothing()` leaves an alias out. Each body is pure by the model.
    Raises InvalidArgument for a fixture that is not a valid one.
    """
    alias, identifier = draw(fixture_pairs(profiles, lists))
    miss = draw(st.sampled_from(_classes_for(alias)))
    value = draw(values_of(miss, alias if miss.of == "type" else identifier))
    body = {"type": link_action(value, identifier), "body": value}.get(miss.of, link_action(alias, value))
    assert_pure(body, miss.rule)
    return f"{miss.of}: {miss.name}", body


@st.composite
def fixture_pairs(
    draw: st.DrawFn,
    profiles: st.SearchStrategy[str],
    lists: st.SearchStrategy[str],
) -> tuple[str, str]:
    """Draw an alias and the id of a fixture of its kind. Raises InvalidArgument for a fixture that is not valid."""
    tagged = (st.tuples(st.just(alias), ids) for alias, ids in zip(ALIASES, (profiles, lists), strict=True))
    alias, identifier = draw(st.one_of(*tagged))
    return alias, _checked(cast("Of", f"{alias} id"), identifier)


def _classes_for(alias: str) -> tuple[NearMiss, ...]:
    of_its_id = near_misses_of(cast("Of", f"{alias} id"))
    of_the_body = near_misses_of("body") if alias == "profile" else ()
    return (*of_its_id, *near_misses_of("type"), *of_the_body)


def _chosen(of: Of, names: Collection[str] | None) -> tuple[NearMiss, ...]:
    classes = near_misses_of(of)
    if names is None:
        return classes
    known = {miss.name for miss in classes}
    if isinstance(names, str) or not names or not known.issuperset(names):
        raise InvalidArgument(f"{names=} has to be a collection of names of near misses of {of!r}: {sorted(known)}")
    return tuple(miss for miss in classes if miss.name in names)


def _checked(of: Of, fixture: object) -> str:
    if not isinstance(fixture, str) or not _SUITS[of](fixture):
        raise InvalidArgument(f"fixtures drew {fixture!r:.200}, from which no near miss of {of!r} can be derived")
    return fixture


def _is_object_text(text: str) -> bool:
    return broken_rules_of_text(text.encode()).isdisjoint({"json-text"}) and isinstance(json.loads(text), dict)


_SUITS: Final[Mapping[Of, Callable[[str], bool]]] = MappingProxyType(
    {
        "profile id": is_profile_id,
        "list id": is_list_id,
        "type": ALIASES.__contains__,
        "body": is_profile_id,
        "raw body": _is_object_text,
        "omneo path": lambda text: not breaks_appointment_id("omneo", text),
        "mijnklantportaal path": lambda text: not breaks_appointment_id("mijnklantportaal", text),
    },
)
