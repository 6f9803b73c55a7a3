"""MijnKlantportaal's operations around cancel: schedule, read, list, and confirm or cancel what is pending."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.operations import MijnKlantportaalRules
from appointment_conformance.reference.call import Answer, Call, Refused

if TYPE_CHECKING:
    from appointment_conformance.apis.mijnklantportaal.reference.state import Record

__all__ = ["BrowseAction", "ChangeAction", "ReadAction", "ScheduleAction"]

HOME = timezone(timedelta(hours=1))
INPUT_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?")


class ReadAction(MijnKlantportaalRules):
    """`GET /appointments/{appointmentId}`."""

    async def perform(self, call: Call) -> Answer:
        """Return the appointment, canceled or not."""
        return Answer(200, self.shown(self.found(call)))


class BrowseAction(MijnKlantportaalRules):
    """`GET /appointments`."""

    def record(self, call: Call) -> None:
        """Need no record."""

    async def perform(self, call: Call) -> Answer:
        """Return the appointments that start within the asked days (7) after the asked time (now), under `data`."""
        start = _date(call.query.get("start_at")) or datetime.now(HOME)
        asked = call.query.get("days", "")
        days = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 7
        end = start + timedelta(days=days)
        records = self.state.appointments.values()
        window = [each for each in records if start <= datetime.fromisoformat(each["startsAt"]) < end]
        return Answer(200, {"data": [self.shown(each) for each in window]})


class ChangeAction(MijnKlantportaalRules):
    """`PATCH /appointments/{appointmentId}`."""

    def body(self, call: Call) -> None:
        """Demand one of the two states a pending appointment can reach."""
        if _fields(call).get("status") not in ("scheduled", "canceled"):
            raise Refused(422, "The status must be scheduled or canceled.")

    async def perform(self, call: Call) -> Answer:
        """Confirm or cancel a pending appointment; any other is in conflict."""
        appointment = self.found(call)
        if appointment["status"] != "pending":
            raise Refused(409, "The appointment is not pending.")
        appointment["status"] = _fields(call)["status"]
        return Answer(200, self.shown(appointment))


class ScheduleAction(MijnKlantportaalRules):
    """`POST /appointments`."""

    def record(self, call: Call) -> None:
        """Need no record."""

    def body(self, call: Call) -> None:
        """Demand a name, two dates in order, and an attendee where there is no customer."""
        fields = _fields(call)
        required = ("name",) if fields.get("customerId") else ("name", "attendeeName", "attendeeEmail")
        missing = [name for name in required if not isinstance(fields.get(name), str)]
        start, end = _date(fields.get("startsAt")), _date(fields.get("endsAt"))
        if missing or start is None or end is None or end <= start:
            raise Refused(422, f"Not a valid appointment: {', '.join(missing) or 'its dates'}.")

    async def perform(self, call: Call) -> Answer:
        """Keep the appointment, scheduled, and return it with 201."""
        fields, text = _fields(call), f"apt_v{next(self.state.numbers):04d}k8c2m6x0t"
        made = self.state.appointments[text] = {
            "id": text,
            "customerId": fields.get("customerId"),
            "attendeeName": fields.get("attendeeName", "John Sample"),
            "attendeeEmail": fields.get("attendeeEmail", "john@example.com"),
            "startsAt": _atom(fields["startsAt"]),
            "endsAt": _atom(fields["endsAt"]),
            "status": "scheduled",
            "onlineMeetingLink": None,
            "createdAt": datetime.now(HOME).isoformat(timespec="seconds"),
        }
        return Answer(201, self.shown(made))


def _fields(call: Call) -> Record:
    try:
        decoded = json.loads(call.body)
    except (ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _atom(text: str) -> str:
    return datetime.fromisoformat(text).replace(tzinfo=HOME).isoformat()


def _date(text: object) -> datetime | None:
    if not isinstance(text, str) or not INPUT_DATE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HOME)
    except ValueError:
        return None
