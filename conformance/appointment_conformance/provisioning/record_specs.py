"""Recipes: which records a run needs of each api, and how the vendor's own operations make them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalFixtures
from appointment_conformance.apis.omneo.form import OmneoFixtures, OmneoProvision
from appointment_conformance.targets import Fixtures

from .mark import address_of, mark_of

NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}")
UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
APPOINTMENT_ID: Final = re.compile(r"apt_[A-Za-z0-9._~-]{1,64}")
#: Appointments are booked so far ahead that nobody waits for them, MijnKlantportaal's and Omneo's.
DAYS_AHEAD = {"mijnklantportaal": 365, "omneo": 28}
#: The first is the profile that appointments are booked for, the others are linked.
PROFILES = 3
APPOINTMENTS = 2


@dataclass(frozen=True, slots=True)
class Making:
    """One record to make: what it is, where, from what, what its id looks like, and how a person finds it."""

    kind: str
    path: str
    body: dict[str, Any]
    form: re.Pattern[str]
    mark: str


#: Makes one record and returns the text of its id.
Make = Callable[[Making], str]


def mijnklantportaal_fixtures(run_id: str, make: Make, *, today: date, appointments: int) -> Fixtures:
    """Schedule `appointments` far ahead, each for an attendee of the reserved domain."""
    days = _working_days(today + timedelta(days=DAYS_AHEAD["mijnklantportaal"]))
    made = (_scheduled(mark_of(run_id, number), next(days)) for number in range(1, appointments + 1))
    return MijnKlantportaalFixtures(appointments=tuple(make(one) for one in made))


def omneo_fixtures(run_id: str, make: Make, *, today: date, provision: OmneoProvision) -> Fixtures:
    """Make three profiles, a list, and two appointments of the first profile; the other two can be linked."""
    owner, *profiles = [make(_profile(mark_of(run_id, number))) for number in range(1, PROFILES + 1)]
    definition = provision.list_definition_id or int(make(_list_definition(mark_of(run_id))))
    lists = make(_list(mark_of(run_id), owner, definition))
    days = _working_days(today + timedelta(days=DAYS_AHEAD["omneo"]))
    booked = (_booked(mark_of(run_id), owner, provision, next(days)) for _ in range(APPOINTMENTS))
    return OmneoFixtures(appointments=tuple(make(one) for one in booked), profiles=tuple(profiles), lists=(lists,))


def _working_days(start: date) -> Iterator[date]:
    """The days from `start` on that are not at a weekend."""
    days = (start + timedelta(days=number) for number in count())
    return (day for day in days if day.weekday() < 5)


def _scheduled(mark: str, day: date) -> Making:
    body = {
        "name": f"Conformance test {mark}",
        "attendeeName": "Conformance Test",
        "attendeeEmail": address_of(mark),
        "startsAt": f"{day} 10:00",
        "endsAt": f"{day} 10:30",
    }
    return Making("appointment", "/appointments", body, APPOINTMENT_ID, body["attendeeEmail"])


def _profile(mark: str) -> Making:
    body = {"first_name": "Conformance", "last_name": "Test", "email": address_of(mark)}
    return Making("profile", "/v3/profiles", body, UUID, body["email"])


def _list_definition(mark: str) -> Making:
    body = {"name": f"Conformance test {mark}", "handle": mark, "type": "wishlist"}
    return Making("list definition", "/v3/lists/definitions", body, NUMBER, mark)


def _list(mark: str, owner: str, definition: int) -> Making:
    body = {"name": f"Conformance test {mark}", "list_definition_id": definition}
    return Making("list", f"/v3/profiles/{owner}/lists", body, NUMBER, mark)


def _booked(mark: str, owner: str, provision: OmneoProvision, day: date) -> Making:
    body = {
        "appointment_definition_id": provision.definition_id,
        "profile_id": owner,
        "location_id": provision.location_id,
        "scheduled_start_at": f"{day} 10:00:00",
        "scheduled_end_at": f"{day} 10:30:00",
        "timezone": provision.timezone,
        "notes": f"Conformance test {mark}",
    }
    return Making("appointment", "/v3/appointments", body, NUMBER, f"notes {mark}, {day}")
