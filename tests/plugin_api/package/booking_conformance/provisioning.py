"""How bookings are made for a run, and removed after it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from appointment_conformance.api import (
    Fixtures,
    MakeContext,
    MarkPlaces,
    Provisioning,
    RecordSpec,
    Removal,
    Target,
    address_of,
    mark_of,
)

BOOKING: Final = "booking"
COLLECTION: Final = "/bookings"
BOOKING_ID: Final = re.compile(r"bk_[a-z0-9]{1,64}")
#: No run makes more bookings than this.
MAX_BOOKINGS: Final = 4


def make(context: MakeContext) -> Fixtures:
    """Make as many bookings as the scenarios use, each for a guest of the reserved domain."""
    numbers = range(1, min(context.appointments, MAX_BOOKINGS) + 1)
    return Fixtures(appointments=tuple(context.make(_booking(context, number)) for number in numbers))


def named(target: Target) -> dict[str, tuple[str, ...]]:
    """Return the ids that the target names itself."""
    fixtures = target.fixtures
    return {BOOKING: (*fixtures.appointments, *fixtures.foreign_appointments, target.absent_appointment)}


def _booking(context: MakeContext, number: int) -> RecordSpec:
    address = address_of(mark_of(context.run_id, number))
    body = {"guest": "Conformance Test", "email": address, "day": str(context.today + timedelta(days=365))}
    return RecordSpec(BOOKING, COLLECTION, body, BOOKING_ID, address)


PROVISIONING: Final = Provisioning(
    make=make,
    max_records=MAX_BOOKINGS,
    collections={BOOKING: COLLECTION},
    # A booking that is removed is gone, confirmed or not.
    removal=Removal(is_documented=lambda _, seen: seen.status == 204, is_done=lambda _: False),
    marks=MarkPlaces(addresses=("email",), names=("guest",), times=("day",)),
    named=named,
)
