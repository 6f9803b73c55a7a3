"""One fault for each member of Omneo's sample whose type a client relies on: the answer to linking has another type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction
from appointment_conformance.reference.mutation import Mutation, fault

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment, Record

#: A value of each other type, and what it is called.
SECONDS, TEXT, NUMBER, FLAG, WORD = 1930316400, "17", 17, True, "yes"
NAMES = {int: "a-number", str: "a-text", bool: "a-flag", dict: "an-object", list: "an-array"}


def _mistyped(place: str, member: str, value: object) -> Mutation:
    """Return the fault that shows `member` of the record at `place`, or of the appointment itself, as `value`."""

    class Mistyped(LinkAction):
        def shown(self, appointment: Appointment) -> Record:
            document = super().shown(appointment)
            return document | ({place: (document[place] or {}) | {member: value}} if place else {member: value})

    where, kind = f"{place}.{member}".lstrip("."), NAMES[type(value)]
    Mistyped.__doc__ = f"The answer to linking has {kind.replace('-', ' ')} for `{where}`."
    # A read of the appointment shows what is stored, and so differs.
    name = f"link-shows-{where.replace('.', '-').replace('_', '-')}-as-{kind}"
    return fault("OMN-OK-04", entails=("OMN-OK-05", "OMN-OK-07"), name=name)(Mistyped)


MOMENTS = tuple(
    _mistyped("", member, SECONDS)
    for member in (
        "scheduled_end_at", "approved_at", "confirmed_at", "cancelled_at", "arrived_at", "completed_at", "no_show_at",
        "rejected_at", "created_at", "updated_at",
    )
)  # fmt: skip
PEOPLE = tuple(
    _mistyped("", member, {"id": WORD})
    for member in ("approved_by", "cancelled_by", "rejected_by", "assigned_staff_id")
)
AMOUNTS = tuple(
    _mistyped("appointment_definition", member, TEXT)
    for member in (
        "buffer_before_minutes", "buffer_after_minutes", "min_lead_minutes", "slot_interval_minutes",
        "max_advance_days", "max_concurrent_bookings", "notify_created_offset_days", "notify_confirmed_offset_hours",
        "notify_cancelled_offset_days", "notify_rejected_offset_hours", "notify_reminder_offset_days",
    )
)  # fmt: skip
FLAGS = tuple(
    _mistyped("appointment_definition", member, WORD)
    for member in (
        "allow_customer_booking", "allow_walk_in", "requires_staff", "customer_must_select_staff",
        "use_staff_from_location", "allow_waitlist", "allow_queue", "has_booking_questionnaire",
    )
)  # fmt: skip
TEXTS = (
    *(_mistyped("appointment_definition", member, NUMBER) for member in ("name", "description", "created_at")),
    *(_mistyped("location", member, FLAG) for member in ("name", "handle")),
    *(_mistyped("profile", member, [WORD]) for member in ("last_name", "email")),
    *(_mistyped("assigned_staff", member, NUMBER) for member in ("first_name", "email")),
    *(_mistyped("transaction", member, NUMBER) for member in ("external_id", "receipt_ref")),
    *(_mistyped("order", member, FLAG) for member in ("external_id", "receipt_ref", "status")),
)
RECORDS = tuple(_mistyped("", member, WORD) for member in ("profile", "location", "assigned_staff", "transaction"))
