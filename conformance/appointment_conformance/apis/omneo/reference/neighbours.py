"""Omneo's operations around link and unlink: what it takes to make and remove appointments, profiles and lists."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.resource import appointment_document
from appointment_conformance.apis.omneo.reference.rules import OmneoRules
from appointment_conformance.apis.omneo.reference.state import STAMP, Appointment, OmneoState, Record
from appointment_conformance.reference.call import Answer, Call, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "AppointmentBrowse", "AppointmentCreate", "AppointmentDelete", "AppointmentRead", "AppointmentUpdate",
    "Browse", "Collection", "Create", "Delete", "Read",
]  # fmt: skip

BOOKING = (
    "appointment_definition_id",
    "profile_id",
    "location_id",
    "scheduled_start_at",
    "scheduled_end_at",
    "timezone",
)


@dataclass(frozen=True, slots=True)
class Collection:
    """Records of one kind: where the state keeps them, what a new one must have, and what its id looks like."""

    records: Callable[[OmneoState], dict[str, Record]]
    required: tuple[str, ...]
    has_uuid: bool = False


class _Requiring(OmneoRules):
    required: tuple[str, ...] = ()

    def record(self, call: Call) -> None:
        """Need no record."""

    def body(self, call: Call) -> None:
        fields = self.fields(call)
        missing = {name: [f"The {name} field is required."] for name in self.required if fields.get(name) is None}
        if missing:
            raise Refused(422, "Some fields are missing.", missing)


class _Kept(_Requiring):
    def __init__(self, state: OmneoState, collection: Collection) -> None:
        super().__init__(state)
        self.collection, self.records = collection, collection.records(state)

    def record(self, call: Call) -> None:
        profile = call.path.get("profile")
        if profile is not None and profile not in self.state.profiles:
            raise Refused(404, "No such profile.")


class Create(_Kept):
    """`POST` on a collection."""

    async def perform(self, call: Call) -> Answer:
        """Keep the record under a new id and return it with 201."""
        new = str(uuid.uuid4()) if self.collection.has_uuid else next(self.state.numbers)
        owner = {"profile_id": call.path["profile"]} if "profile" in call.path else {}
        record = self.records[str(new)] = {**self.fields(call), **owner, "id": new}
        return Answer(201, {"data": record})

    def body(self, call: Call) -> None:
        """Demand the members the collection requires."""
        self.required = self.collection.required
        super().body(call)


class Browse(_Kept):
    """`GET` on a collection."""

    async def perform(self, call: Call) -> Answer:
        """Return one page; the outer `links` is about pages."""
        return Answer(200, _page(list(self.records.values()), call))


class Read(_Kept):
    """`GET` on a record."""

    def record(self, call: Call) -> None:
        """Refuse with 404 when there is no such record."""
        super().record(call)
        if call.path["record"] not in self.records:
            raise Refused(404, "No such record.")

    async def perform(self, call: Call) -> Answer:
        """Return the record."""
        return Answer(200, {"data": self.records[call.path["record"]]})


class Delete(Read):
    """`DELETE` on a record."""

    async def perform(self, call: Call) -> Answer:
        """Remove the record."""
        del self.records[call.path["record"]]
        return Answer(204)


class AppointmentCreate(_Requiring):
    """`POST /v3/appointments`."""

    required = BOOKING

    async def perform(self, call: Call) -> Answer:
        """Keep the appointment, confirmed, and return it with 201."""
        number = next(self.state.numbers)
        stamps = {"created_at": STAMP, "updated_at": STAMP, "confirmed_at": STAMP}
        members = {"notes": None, "meta": [], **self.fields(call), **stamps, "id": number, "status": "confirmed"}
        made = self.state.appointments[str(number)] = Appointment(members)
        return Answer(201, {"data": appointment_document(self.state, made)})


class AppointmentBrowse(OmneoRules):
    """`GET /v3/appointments`."""

    def record(self, call: Call) -> None:
        """Need no record."""

    async def perform(self, call: Call) -> Answer:
        """Return one page of appointments, without the links of any."""
        documents = [appointment_document(self.state, each) for each in self.state.appointments.values()]
        return Answer(200, _page(documents, call))


class AppointmentRead(OmneoRules):
    """`GET /v3/appointments/{appointment}`."""

    async def perform(self, call: Call) -> Answer:
        """Return the appointment, without its links."""
        return Answer(200, {"data": appointment_document(self.state, self.found(call))})


class AppointmentUpdate(OmneoRules):
    """`PUT /v3/appointments/{appointment}`."""

    async def perform(self, call: Call) -> Answer:
        """Change the members that were sent; a new status sets the time it was reached."""
        appointment, fields = self.found(call), self.fields(call)
        appointment.members |= {name: value for name, value in fields.items() if name not in {"id", "links"}}
        if isinstance(fields.get("status"), str):
            appointment.members[f"{fields['status']}_at"] = STAMP
        return Answer(200, {"data": appointment_document(self.state, appointment)})


class AppointmentDelete(OmneoRules):
    """`DELETE /v3/appointments/{appointment}`."""

    async def perform(self, call: Call) -> Answer:
        """Remove the appointment with its links."""
        self.found(call)
        del self.state.appointments[call.appointment]
        return Answer(204)


def _page(documents: list[Record], call: Call) -> Record:
    asked = call.query.get("page[size]", "")
    size = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 15
    meta = {"current_page": 1, "per_page": size, "total": len(documents)}
    return {"data": documents[:size], "links": {"first": None, "last": None, "prev": None, "next": None}, "meta": meta}
