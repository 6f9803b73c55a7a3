"""MijnKlantportaal's cancel, as the vendor's page describes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from appointment_conformance.apis.mijnklantportaal.reference.state import MijnKlantportaalState, Record

__all__ = ["CancelAction", "MijnKlantportaalRules"]


class MijnKlantportaalRules(Rules):
    """What every MijnKlantportaal operation shares: the state, look-up, rate-limit headers, how a record is shown."""

    state: MijnKlantportaalState
    plain_id = re.compile(r"apt_[a-z0-9]{1,64}")

    def find(self, text: str) -> Record | None:
        """Return the appointment with exactly this id as its path segment."""
        return self.state.appointments.get(text)

    def is_foreign(self, call: Call) -> bool:
        """Whether the path names an appointment of another account."""
        found = self.find(call.appointment)
        return found is not None and found["id"] in self.state.foreign

    def record(self, call: Call) -> None:
        """Refuse with 404 when the path names no appointment."""
        self.found(call)

    def found(self, call: Call) -> Record:
        """Return the appointment of the path, or refuse with 404."""
        appointment = self.find(call.appointment)
        if appointment is None:
            raise Refused(404, "No appointment can be found for this id.")
        return appointment

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        """Add the rate limit, which never runs out."""
        return super().headers(call, answer) | {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59"}

    def shown(self, appointment: Record) -> object:
        """Return the appointment's document, without an envelope."""
        return dict(appointment)


class CancelAction(MijnKlantportaalRules):
    """`DELETE /appointments/{appointmentId}`."""

    success = 200

    async def pause(self, appointment: Record) -> None:
        """Wait between the check and the change. By default it does not wait."""

    async def perform(self, call: Call) -> Answer:
        """Cancel, once."""
        appointment = self.found(call)
        if self.is_settled(appointment):
            return self.refusal(call, self.conflict(appointment))
        await self.pause(appointment)
        self.cancel(appointment)
        return Answer(self.success, self.shown(appointment))

    def is_settled(self, appointment: Record) -> bool:
        """Whether there is nothing left to cancel."""
        return bool(appointment["status"] == "canceled")

    def conflict(self, appointment: Record) -> Refused:
        """Return the refusal of a cancel that comes too late."""
        del appointment
        return Refused(409, "The appointment is already canceled.")

    def cancel(self, appointment: Record) -> None:
        """Set the status, and nothing else; the record stays."""
        appointment["status"] = "canceled"
