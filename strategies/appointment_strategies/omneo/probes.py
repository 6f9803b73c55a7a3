"""Strategies for near misses, alone and in complete bodies, each drawn with the name that reports show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from appointment_strategies.near_misses import drawn, family_of
from appointment_strategies.omneo.model import ALIASES, link_action
from appointment_strategies.omneo.near_misses import FAMILIES, Of
from appointment_strategies.omneo.purity import assert_pure

if TYPE_CHECKING:
    from collections.abc import Collection

    from appointment_strategies.near_misses import NearMiss


@st.composite
def near_misses(
    draw: st.DrawFn,
    of: Of,
    *,
    fixtures: st.SearchStrategy[str],
    names: Collection[str] | None = None,
) -> tuple[str, object]:
    """Draw the name of a class of near misses and one of its values, derived from one of `fixtures`.

    `fixtures` draws the arguments of `NearMiss.make` for `of`; `names` restricts the classes. Every class is drawn
    from, with more values than the one of `make`. `ABSENT` stands for a member that is left out. Shrinks to the first
    class with a single value. Raises InvalidArgument for an unknown `of` or name, or an invalid fixture.
    """
    return drawn(draw, family_of(of, FAMILIES), fixtures, names)


@st.composite
def invalid_link_actions(
    draw: st.DrawFn,
    *,
    profiles: st.SearchStrategy[str],
    lists: st.SearchStrategy[str],
) -> tuple[str, object]:
    """Draw the name of a near miss, such as `profile id: truncated`, and a link action in which it breaks one rule.

    Every id is derived from a drawn fixture; `st.nothing()` leaves an alias out. Each body is pure by the model.
    Raises InvalidArgument for an invalid fixture.
    """
    alias, identifier = draw(fixture_pairs(profiles, lists))
    miss = draw(st.sampled_from(_classes_for(alias)))
    value = draw(FAMILIES[miss.of].values_of(miss, alias if miss.of == "type" else identifier))
    body = {"type": link_action(value, identifier), "body": value}.get(miss.of, link_action(alias, value))
    assert_pure(body, miss.rule)
    return f"{miss.of}: {miss.name}", body


@st.composite
def fixture_pairs(
    draw: st.DrawFn,
    profiles: st.SearchStrategy[str],
    lists: st.SearchStrategy[str],
) -> tuple[str, str]:
    """Draw an alias and the id of a fixture of its kind. Raises InvalidArgument for an invalid fixture."""
    pairs = (st.tuples(st.just(alias), ids) for alias, ids in zip(ALIASES, (profiles, lists), strict=True))
    alias, identifier = draw(st.one_of(*pairs))
    return alias, FAMILIES[f"{alias} id"].checked(identifier)


def _classes_for(alias: str) -> tuple[NearMiss, ...]:
    body_classes = FAMILIES["body"].classes if alias == "profile" else ()
    return (*FAMILIES[f"{alias} id"].classes, *FAMILIES["type"].classes, *body_classes)
