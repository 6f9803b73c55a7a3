"""The content of a record shows to whom it belongs: the run itself, somebody else, or unknown."""

from __future__ import annotations

import pytest

from appointment_conformance.apis.mijnklantportaal import provisioning as mijnklantportaal
from appointment_conformance.apis.omneo import provisioning as omneo
from appointment_conformance.provisioning.mark import Mark


@pytest.mark.parametrize(
    ("record", "owner"),
    [
        ({"attendeeEmail": "conformance-r1-3@example.com"}, "own"),
        ({"attendeeEmail": "conformance-r12-3@example.com"}, "another"),
        ({"attendeeEmail": "conformance-r1-3@example.com.example.org"}, "another"),
        ({"attendeeEmail": "x-conformance-r1-3@example.com"}, "another"),
        ({"attendeeEmail": ["conformance-r1-3@example.com"]}, "another"),
        ({"notes": "Conformance test conformance-r1"}, "own"),
        ({"notes": "Conformance test conformance-r12"}, "unknown"),
        ({"notes": "Conformance test conformance-r1", "email": "jane@example.org"}, "another"),
        ({"notes": "Conformance test conformance-r1", "profile": {"email": "jane@example.org"}}, "another"),
        ({"profile_id": "P1"}, "own"),
        ({"profile_id": "p2"}, "unknown"),
        ({"profile": {"id": "p1"}}, "own"),
        ({"profile": []}, "unknown"),
        ({"id": "apt_b", "attendeeEmail": "conformance-r1-3@example.com"}, "another"),
        ({"id": True}, "another"),
        ({}, "unknown"),
    ],
)
def test_whose_a_record_is(record, owner):
    """One member that contradicts the mark shows another owner; one that shows the mark shows the run's own record."""
    assert Mark("r1", omneo.PROVISIONING.marks, frozenset({"p1"})).owner_of(record, "apt_a") == owner


@pytest.mark.parametrize(
    ("record", "owner"),
    [
        ({"name": "Conformance test conformance-r1-1"}, "own"),
        ({"name": "CONFORMANCE TEST CONF…"}, "unknown"),
        ({"name": "Intake"}, "another"),
        ({"attendeeName": " conformance TEST"}, "unknown"),
        ({"attendeeName": "Conformance"}, "unknown"),
        ({"attendeeName": "Jane Doe"}, "another"),
        ({"attendeeName": "TEST, Conformance"}, "unknown"),
        ({"attendeeName": {"first": "Conformance"}}, "unknown"),
        ({"attendeeName": "Jane Doe", "attendeeEmail": "conformance-r1-1@example.com"}, "own"),
        ({"attendeeName": ""}, "unknown"),
        ({"startsAt": "2031-03-06T00:30:00+14:00"}, "unknown"),
        ({"startsAt": "2031-03-07T10:00:00Z"}, "another"),
        ({"startsAt": 1930000000}, "unknown"),
        ({"notes": "anything"}, "unknown"),
    ],
)
def test_what_was_sent_tells_whose_a_record_is(record, owner):
    """If nothing shows the mark, a name without any sent word, or another day, shows another record."""
    sent = {
        "name": "Conformance test conformance-r1-1",
        "attendeeName": "Conformance Test",
        "startsAt": "2031-03-05 10:00",
    }
    assert Mark("r1", mijnklantportaal.PROVISIONING.marks, sent=sent).owner_of(record, "apt_a") == owner
