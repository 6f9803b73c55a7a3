"""How MijnKlantportaal's own operations make fixtures: appointments, which a cancel brings to their end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalFixtures
from appointment_conformance.provisioning.journal import Entry
from appointment_conformance.provisioning.mark import MarkPlaces, address_of, mark_of, record_of, same_id
from appointment_conformance.provisioning.record_specs import RecordSpec, working_days
from appointment_conformance.provisioning.removed import is_canceled
from appointment_conformance.provisioning.spec import MakeContext, Provisioning, Removal
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.recording import ProbeResult

APPOINTMENT: Final = "appointment"
COLLECTION: Final = "/appointments"
APPOINTMENT_ID: Final = re.compile(r"apt_[A-Za-z0-9._~-]{1,64}")
#: Appointments are booked so far ahead that nobody waits for them.
DAYS_AHEAD: Final = 365
#: No run makes more appointments than this.
MAX_APPOINTMENTS: Final = 8


def fixtures(context: MakeContext) -> Fixtures:
    """Schedule as many appointments as the scenarios use, far ahead, each for an attendee of the reserved domain."""
    days = working_days(context.today + timedelta(days=DAYS_AHEAD))
    numbers = range(1, min(context.appointments, MAX_APPOINTMENTS) + 1)
    made = (_scheduled(mark_of(context.run_id, number), next(days)) for number in numbers)
    return MijnKlantportaalFixtures(appointments=tuple(context.make(spec) for spec in made))


def named(target: Target) -> Mapping[str, Sequence[str]]:
    """Return the ids that the target names itself: its fixtures, the foreign ones, and the absent one."""
    given = target.fixtures
    own = (*given.usable, *given.foreign_appointments)
    return {APPOINTMENT: (*own, target.absent_appointment)}


def is_documented(entry: Entry, seen: ProbeResult) -> bool:
    """Say whether an answer is that of a cancel: the canceled appointment, or 409 where it is canceled already."""
    record = record_of(seen)
    is_shown = record is not None and same_id(record.get("id"), entry.id) and is_canceled(record)
    return seen.status == 409 or (seen.status == 200 and is_shown)


def _scheduled(mark: str, day: date) -> RecordSpec:
    body = {
        "name": f"Conformance test {mark}",
        "attendeeName": "Conformance Test",
        "attendeeEmail": address_of(mark),
        "startsAt": f"{day} 10:00",
        "endsAt": f"{day} 10:30",
    }
    return RecordSpec(APPOINTMENT, COLLECTION, body, APPOINTMENT_ID, body["attendeeEmail"])


PROVISIONING: Final = Provisioning(
    make=fixtures,
    max_records=MAX_APPOINTMENTS,
    collections={APPOINTMENT: COLLECTION},
    removal=Removal(is_documented, is_canceled),
    marks=MarkPlaces(
        # A record that shows an address under any name that servers give it is somebody's unless it is the run's.
        addresses=("email", "attendeeEmail"),
        texts=("name", "handle", "notes"),
        names=("name", "attendeeName"),
        times=("startsAt",),
        owner="profile",
    ),
    named=named,
)
