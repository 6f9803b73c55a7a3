"""The members of Omneo's sample: their types are held with mercy for null, and differences are told, not notations."""

from __future__ import annotations

import pytest

from appointment_conformance.apis.omneo.sample import (
    APPOINTMENT,
    TYPES,
    Mistyped,
    are_comparable,
    differing,
    mistyped,
    same,
)

SHOWN = {
    "id": 900001,
    "status": "confirmed",
    "scheduled_start_at": "2031-03-05 10:00:00",
    "updated_at": "2031-02-18 09:30:00",
    "location_id": 7,
    "location": {"id": 7, "timezone": "Europe/Amsterdam"},
    "appointment_definition": {"duration_minutes": 30, "is_published": True, "normal_hours": [{"id": 1}]},
}
UUID = "9b461544-f0db-44b6-8a11-0242ac120002"


def test_types_of_the_sample_are_held_to_the_nested_entries():
    """Each member of another type is told with its place and the type that it should have."""
    wrong = {
        "location_id": "7",
        "status": 1,
        "appointment_definition": {"duration_minutes": "30", "is_published": 1, "normal_hours": [{"id": "1"}]},
    }
    assert mistyped(wrong) == [
        Mistyped("location_id", "7", "integer"),
        Mistyped("status", 1, "string"),
        Mistyped("appointment_definition.duration_minutes", "30", "number"),
        Mistyped("appointment_definition.is_published", 1, "boolean"),
        Mistyped("appointment_definition.normal_hours[].id", "1", "integer"),
    ]


@pytest.mark.parametrize("shown", [SHOWN, {}, {"location_id": 7.0, "profile": [], "answers": {}, "meta": {"any": 1}}])
def test_what_both_documents_allow_is_no_other_type(shown):
    """A member may be absent or null, an integer may have a fraction of zero, an empty container may be either."""
    assert mistyped(shown) == []
    assert mistyped(dict.fromkeys(APPOINTMENT)) == []


@pytest.mark.parametrize(
    "value", [None, True, 0, 1e400, -1, 10**400, "", "x", [], [[]], {}, {"id": {}}, [{"id": []}]], ids=repr
)
def test_any_value_can_be_looked_at(value):
    """Whatever stands in a member, it is judged without an error."""
    hostile = {path.split(".")[0].removesuffix("[]"): value for path in TYPES}
    assert isinstance(mistyped(hostile), list)
    assert isinstance(differing(hostile, SHOWN), list)
    assert differing(hostile, hostile) == []


@pytest.mark.parametrize(
    "other",
    [
        {"scheduled_start_at": "2031-03-05T10:00:00.000000Z"},
        {"updated_at": "2031-02-19 12:00:00"},
        {"location_id": "7", "location": None},
        {"links": [], "viewed_at": "now"},
        {"appointment_definition": {"duration_minutes": 30.0, "normal_hours": []}},
    ],
    ids=str,
)
def test_another_notation_is_no_difference(other):
    """Times, ids and numbers are the same in any notation; what is not loaded or not of the sample is left out."""
    assert differing(SHOWN, SHOWN | other) == []


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"status": "requested"}, "status"),
        ({"scheduled_start_at": "2031-03-05T11:00:00Z"}, "scheduled_start_at"),
        ({"location": {"id": 8}}, "location.id"),
        ({"status": None}, "status"),
    ],
    ids=str,
)
def test_another_value_is_a_difference(other, place):
    """A member that both have and that says something else is told by its place."""
    assert differing(SHOWN, SHOWN | other) == [place]


def test_ids_are_compared_in_one_form_alone():
    """The number of a row says nothing about a UUID; an id is the same as number and text, and in any case."""
    assert are_comparable(7, "7")
    assert are_comparable(UUID, UUID.upper())
    assert same(UUID, UUID.upper())
    assert not are_comparable(17, UUID)
    assert not any(are_comparable(value, 7) for value in (None, "", [], {}, "handle"))
