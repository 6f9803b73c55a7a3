"""The form of a target belongs to its API: its keys, its fixtures, its absent ids, and its vendor's public texts."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace

import pytest
from own_targets import MKP, OMNEO

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Fixtures, TargetForm, TargetForms, read_targets
from appointment_conformance.targets_file import installed_forms
from appointment_conformance.traffic.secrets import secrets_of
from appointment_specs import TargetKeys

ID = {"$ref": "#/$defs/id"}
IDS = {"type": "array", "items": ID}
KEYS = {"appointments": "bookings", "absent_appointment": "absent_booking", "foreign_appointments": "foreign_bookings"}


@dataclass(frozen=True)
class BookingFixtures(Fixtures):
    """Fixtures of an API that books rooms."""

    rooms: tuple[str, ...] = ()


FORM = TargetForm(
    api="bookings",
    contract=SimpleNamespace(published_text="a document of bookings"),
    keys=TargetKeys(
        served_before="/bookings",
        fixtures={
            "type": "object",
            "required": ["bookings"],
            "additionalProperties": False,
            "properties": {"bookings": IDS, "rooms": IDS, "absent_booking": ID, "foreign_bookings": IDS},
            "$defs": {"id": {"type": ["string", "integer"]}},
        },
        provision={"type": "object", "additionalProperties": False, "properties": {"calendar": {"type": "string"}}},
    ),
    read_fixtures=partial(BookingFixtures.from_dict, keys=KEYS),
    read_provision=lambda value: value or None,
    absent_id=lambda base_url: f"none-at-{len(base_url)}",
    production_hosts=frozenset({"bookings.example.com"}),
    words=KEYS,
)
BROKEN = {"torn": "the API `torn` of the package x is broken."}
FORMS = TargetForms({**installed_forms().known, "bookings": FORM}, BROKEN)
ENTRY = {
    "api": "bookings",
    "base_url": "https://api.example.com",
    "token": "secret",
    "fixtures": {"bookings": [7]},
}


@pytest.fixture
def read(tmp_path):
    """Read a targets file that has one target."""

    def reading(**changes):
        path = tmp_path / "targets.yaml"
        path.write_text(json.dumps({"targets": {"own": {**ENTRY, **changes}}}))
        return read_targets(path, (), {}, forms=FORMS)[0]

    return reading


def test_fixtures_are_read_in_the_words_of_their_api(read):
    """The records that the API calls bookings are those that the operations act on; the form makes up absent ids."""
    target = read(fixtures={"bookings": [7, "b8"], "rooms": ["r1"], "foreign_bookings": ["f1"]})
    assert target.fixtures == BookingFixtures(("7", "b8"), foreign_appointments=("f1",), rooms=("r1",))
    assert target.absent_appointment == "none-at-23"
    assert dict(target.absent_ids) == {"appointment": "none-at-23"}
    assert read(fixtures={"bookings": [7], "absent_booking": 9}).absent_appointment == "9"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"fixtures": {"bookings": [7], "romms": []}},
            "`romms` in `targets.own.fixtures`; did you mean `rooms`?",
        ),
        ({"provision": {"calender": "x"}}, "did you mean `calendar`?"),
        ({"fixtures": {"appointments": ["7"]}}, "known are bookings, rooms, absent_booking, foreign_bookings."),
        ({"fixtures": {"bookings": ["7", 7]}}, "fixtures.bookings: 7 appears twice in the fixtures"),
        ({"fixtures": {"bookings": ["7"], "absent_booking": "7"}}, "fixtures.absent_booking: 7 appears twice"),
        ({"api": "omneo"}, "known are appointments, profiles"),
        ({"api": "booking"}, "must be one of omneo, mijnklantportaal, bookings"),
        ({"api": "torn"}, "targets.own.api: the API `torn` of the package x is broken."),
        ({"base_url": "https://bookings.example.com"}, "is a production system"),
    ],
)
def test_a_mistake_is_told_in_the_words_of_the_api(read, changes, sentence):
    """Each form has its own keys, hosts and names in messages; a package that cannot be used is named."""
    with pytest.raises(ConfigurationError) as caught:
        read(**changes)
    assert sentence in str(caught.value)


def test_an_api_that_is_broken_leaves_the_others_as_they_are(read):
    """The targets of the other APIs can still be read."""
    assert read().api == "bookings"


def test_what_a_vendor_publishes_is_no_secret():
    """A token that is a word of its own API's document is not hidden; the same token at another API is."""
    word = "appointmentLink"
    assert secrets_of(replace(OMNEO, token=word)).hide_text(f"x {word} x") == f"x {word} x"
    assert word not in secrets_of(replace(MKP, token=word)).hide_text(f"x {word} x")


def test_fixtures_of_no_api_become_those_of_the_target():
    """Fixtures from a plugin that names no vendor get the class that the target's scenarios need."""
    own = MKP.form.own_fixtures(Fixtures(("apt_1",)))
    assert (type(own), own.usable) == (type(MKP.fixtures), ("apt_1",))
    assert OMNEO.form.own_fixtures(OMNEO.fixtures) is OMNEO.fixtures
