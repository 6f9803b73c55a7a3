"""The operations of bookings, as the documents describe them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from appointment_conformance.reference import Answer, Call, Refused, Rules

from .records import FOREIGN, new_booking

if TYPE_CHECKING:
    from .records import BookingState


class BookingRules(Rules):
    """What every operation shares: the look-up, and how a booking is shown."""

    state: BookingState

    def find(self, text: str) -> dict[str, Any] | None:
        """Return the booking with exactly this id."""
        return self.state.bookings.get(text)

    def is_foreign(self, call: Call) -> bool:
        """Whether the booking of the path is of another account."""
        return call.appointment in FOREIGN

    def record(self, call: Call) -> None:
        """Refuse with 404 when the path names no booking."""
        self.found(call)

    def found(self, call: Call) -> dict[str, Any]:
        """Return the booking of the path, or refuse with 404."""
        booking = self.find(call.appointment)
        if booking is None:
            raise Refused(404, "There is no such booking.")
        return booking

    def shown(self, booking: dict[str, Any]) -> dict[str, Any]:
        """Return the document of a booking."""
        return dict(booking)


class ConfirmAction(BookingRules):
    """`POST /bookings/{booking}/confirm`."""

    success = 200

    async def perform(self, call: Call) -> Answer:
        """Confirm, once."""
        booking = self.found(call)
        if self.is_settled(booking):
            return self.refusal(call, Refused(409, "The booking is confirmed already."))
        booking.update(status="confirmed", confirmed_at="2031-03-05T10:00:00Z")
        return Answer(self.success, self.shown(booking))

    def is_settled(self, booking: dict[str, Any]) -> bool:
        """Whether there is nothing left to confirm."""
        return bool(booking["status"] == "confirmed")


class ReadAction(BookingRules):
    """`GET /bookings/{booking}`."""

    async def perform(self, call: Call) -> Answer:
        """Return the booking."""
        return Answer(200, self.shown(self.found(call)))


class MakeAction(BookingRules):
    """`POST /bookings`."""

    def record(self, call: Call) -> None:
        """Need no record."""

    async def perform(self, call: Call) -> Answer:
        """Keep the booking, pending."""
        name = f"bk_made{len(self.state.bookings):04d}"
        self.state.bookings[name] = new_booking(name, json.loads(call.body))
        return Answer(201, self.shown(self.state.bookings[name]))


class RemoveAction(BookingRules):
    """`DELETE /bookings/{booking}`."""

    async def perform(self, call: Call) -> Answer:
        """Forget the booking, confirmed or not."""
        del self.state.bookings[self.found(call)["id"]]
        return Answer(204)
