"""How Omneo's own operations make fixtures: three profiles, a list, and two appointments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from appointment_conformance.apis.omneo.form import OmneoFixtures, OmneoProvision, fixtures_of
from appointment_conformance.provisioning.journal import Entry
from appointment_conformance.provisioning.mark import MarkPlaces, address_of, mark_of
from appointment_conformance.provisioning.record_specs import RecordSpec, working_days
from appointment_conformance.provisioning.removed import has_no_content, is_canceled
from appointment_conformance.provisioning.spec import MakeContext, Provisioning, Removal
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.recording import ProbeResult

PROFILE, LIST_DEFINITION, LIST, APPOINTMENT = "profile", "list definition", "list", "appointment"
COLLECTIONS: Final = {
    PROFILE: "/v3/profiles",
    LIST_DEFINITION: "/v3/lists/definitions",
    LIST: "{profile}/lists",
    APPOINTMENT: "/v3/appointments",
}
NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}")
UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
#: Appointments are booked so far ahead that nobody waits for them.
DAYS_AHEAD: Final = 28
#: The first is the profile that appointments are booked for, the others are linked.
PROFILES: Final = 3
APPOINTMENTS: Final = 2
#: What a list takes to be made.
LIST_KINDS: Final = (LIST_DEFINITION, LIST)


def fixtures(context: MakeContext) -> Fixtures:
    """Make three profiles, a list, and two appointments of the first profile; the other two can be linked."""
    run_id, make, provision = context.run_id, context.make, context.provision
    owner, *profiles = [make(_profile(mark_of(run_id, number))) for number in range(1, PROFILES + 1)]
    definition = provision.list_definition_id or int(make(_list_definition(mark_of(run_id))))
    lists = make(_list(mark_of(run_id), owner, definition))
    days = working_days(context.today + timedelta(days=DAYS_AHEAD))
    booked = (_booked(mark_of(run_id), owner, provision, next(days)) for _ in range(APPOINTMENTS))
    return OmneoFixtures(appointments=tuple(make(spec) for spec in booked), profiles=tuple(profiles), lists=(lists,))


def named(target: Target) -> Mapping[str, Sequence[str]]:
    """Return the ids that the target names itself, by kind: its fixtures, the foreign ones, and the absent ones."""
    given, absent = fixtures_of(target), target.absent_ids
    return {
        APPOINTMENT: (*given.appointments, *given.foreign_appointments, target.absent_appointment),
        PROFILE: (*given.profiles, absent["profile"]),
        LIST: (*given.lists, absent["list"]),
    }


def is_documented(_: Entry, seen: ProbeResult) -> bool:
    """Say whether an answer is that of a removal: 204, or 200 with JSON or nothing."""
    return seen.status in {200, 204} and (has_no_content(seen) or isinstance(json_of(seen), dict))


def _profile(mark: str) -> RecordSpec:
    body = {"first_name": "Conformance", "last_name": "Test", "email": address_of(mark)}
    return RecordSpec(PROFILE, COLLECTIONS[PROFILE], body, UUID, body["email"])


def _list_definition(mark: str) -> RecordSpec:
    body = {"name": f"Conformance test {mark}", "handle": mark, "type": "wishlist"}
    return RecordSpec(LIST_DEFINITION, COLLECTIONS[LIST_DEFINITION], body, NUMBER, mark)


def _list(mark: str, owner: str, definition: int) -> RecordSpec:
    body = {"name": f"Conformance test {mark}", "list_definition_id": definition}
    path = COLLECTIONS[LIST].format(profile=f"{COLLECTIONS[PROFILE]}/{owner}")
    return RecordSpec(LIST, path, body, NUMBER, mark)


def _booked(mark: str, owner: str, provision: OmneoProvision, day: date) -> RecordSpec:
    body = {
        "appointment_definition_id": provision.definition_id,
        "profile_id": owner,
        "location_id": provision.location_id,
        "scheduled_start_at": f"{day} 10:00:00",
        "scheduled_end_at": f"{day} 10:30:00",
        "timezone": provision.timezone,
        "notes": f"Conformance test {mark}",
    }
    return RecordSpec(APPOINTMENT, COLLECTIONS[APPOINTMENT], body, NUMBER, f"notes {mark}, {day}")


PROVISIONING: Final = Provisioning(
    make=fixtures,
    max_records=PROFILES + len(LIST_KINDS) + APPOINTMENTS,
    collections=COLLECTIONS,
    removal=Removal(is_documented, is_canceled),
    marks=MarkPlaces(
        # A record that shows an address under any name that servers give it is somebody's unless it is the run's.
        addresses=("email", "attendeeEmail"),
        texts=("name", "handle", "notes"),
        repeated=("profile_id",),
        names=("name", "notes", "first_name", "last_name"),
        times=("scheduled_start_at",),
        owner_kind=PROFILE,
        owner_id="profile_id",
        owner="profile",
    ),
    named=named,
    references={"profile_id": PROFILE},
    lasting=frozenset({LIST_DEFINITION}),
)
