"""Strategies for the bodies of link and unlink requests: valid, invalid by the contract, or malformed."""

from __future__ import annotations

import json
from typing import cast

from hypothesis import strategies as st

from appointment_strategies.json_texts import NO_OBJECTS, json_values
from appointment_strategies.omneo.identifiers import list_ids, profile_ids
from appointment_strategies.omneo.model import link_action
from appointment_strategies.omneo.probes import fixture_pairs, near_misses

_OTHER_MEMBERS = st.dictionaries(st.text().filter(lambda name: name not in {"type", "id"}), json_values(), max_size=3)


@st.composite
def link_actions(
    draw: st.DrawFn,
    *,
    profiles: st.SearchStrategy[str] | None = None,
    lists: st.SearchStrategy[str] | None = None,
) -> dict[str, object]:
    """Draw valid bodies of a link or unlink request, of both types; `st.nothing()` leaves a type out.

    Without `profiles` or `lists` the ids are well formed, but may belong to any record. Shrinks to a profile.
    Raises InvalidArgument for an invalid id.
    """
    own_profiles = profile_ids() if profiles is None else profiles
    own_lists = list_ids() if lists is None else lists
    return link_action(*draw(fixture_pairs(own_profiles, own_lists)))


@st.composite
def json_bodies(
    draw: st.DrawFn,
    *,
    profiles: st.SearchStrategy[str],
    lists: st.SearchStrategy[str],
) -> object:
    """Draw JSON values that break the contract of a link action in any number of ways, and never ask an open question.

    They are not objects, or they are objects in which type, id or both are wrong, with or without further members.
    Every id is derived from a drawn fixture. Shrinks to null. Raises InvalidArgument for an invalid fixture.
    """
    if draw(st.booleans()):
        return draw(broken_objects(profiles, lists))
    return draw(NO_OBJECTS)


@st.composite
def broken_objects(
    draw: st.DrawFn,
    profiles: st.SearchStrategy[str],
    lists: st.SearchStrategy[str],
) -> dict[str, object]:
    """Draw objects in which type, id or both are near misses, with or without members of other names."""
    alias, identifier = draw(fixture_pairs(profiles, lists))
    types_sent = near_misses("type", fixtures=st.just(alias)).map(_value)
    ids_sent = near_misses("profile id" if alias == "profile" else "list id", fixtures=st.just(identifier)).map(_value)
    sent = (
        st.tuples(types_sent, st.just(identifier))
        | st.tuples(st.just(alias), ids_sent)
        | st.tuples(types_sent, ids_sent)
    )
    return draw(_OTHER_MEMBERS) | link_action(*draw(sent))


@st.composite
def malformed_json(draw: st.DrawFn, *, bodies: st.SearchStrategy[dict[str, object]]) -> bytes:
    """Draw bytes that are not a JSON text, derived from the text of a drawn body. Shrinks to no bytes.

    Raises InvalidArgument for a body that is not an object.
    """
    return cast("bytes", _value(draw(near_misses("raw body", fixtures=bodies.map(json.dumps)))))


def _value(drawn: tuple[str, object]) -> object:
    _, value = drawn
    return value
