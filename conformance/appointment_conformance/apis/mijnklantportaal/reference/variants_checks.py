"""Conformant varieties of what is checked, in which order, and with which effect, where the documents leave it open."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.neighbours import BrowseAction, ReadAction
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction, MijnKlantportaalRules
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from appointment_conformance.apis.mijnklantportaal.reference.state import Record


@variant
class PendingCancelAnswers409(CancelAction):
    """An appointment that is still pending cannot be canceled."""

    def is_settled(self, appointment: Record) -> bool:
        return super().is_settled(appointment) or appointment["status"] == "pending"


class _IdsHaveAForm(MijnKlantportaalRules):
    form: str

    def record(self, call: Call) -> None:
        if "appointment" in call.path and not re.fullmatch(self.form, call.appointment):
            raise Refused(400, "Not an id of an appointment.")
        super().record(call)


@variant
class MalformedIdAnswers400(_IdsHaveAForm):
    """An id that does not look like one is answered 400."""

    form = "apt_[a-z0-9]+"


@variant
class IdsHaveALength(_IdsHaveAForm):
    """An id that is longer or shorter than those handed out is answered 400."""

    form = "apt_[a-z0-9]{6,16}"


@variant
class MeetingEndsOnCancel(CancelAction):
    """A canceled appointment has no meeting any more."""

    def cancel(self, appointment: Record) -> None:
        super().cancel(appointment)
        appointment["onlineMeetingLink"] = None


@variant
class BookedForACustomer(MijnKlantportaalRules):
    """An appointment has a customer, and no attendee of its own."""

    def shown(self, appointment: Record) -> object:
        document = {name: value for name, value in appointment.items() if not name.startswith("attendee")}
        return document | {"customerId": "cst_own0001"}


@variant
class CanceledNotRead(ReadAction):
    """A canceled appointment cannot be read any more."""

    async def perform(self, call: Call) -> Answer:
        if self.found(call)["status"] == "canceled":
            return self.refusal(call, Refused(404, "No appointment can be found for this id."))
        return await super().perform(call)


@variant
class NoReads(ReadAction):
    """An appointment cannot be read: 404."""

    async def answer(self, call: Call) -> Answer:
        return self.refusal(call, Refused(404))


@variant
class ReadsNotAllowed(ReadAction):
    """An appointment cannot be read: 405."""

    async def answer(self, call: Call) -> Answer:
        return await self.undeclared(call, ("PATCH", "DELETE"))


@variant
class CanceledNotListed(BrowseAction):
    """The list leaves canceled appointments out."""

    async def perform(self, call: Call) -> Answer:
        content = (await super().perform(call)).content
        listed = content["data"] if isinstance(content, dict) else []
        return Answer(200, {"data": [each for each in listed if each["status"] != "canceled"]})
