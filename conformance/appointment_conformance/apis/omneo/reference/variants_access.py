"""Conformant varieties of who gets in, where the path leads, and who is put off."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment


@variant
class DigitsAloneRouted(Linking):
    """A path with anything but digits for the appointment leads to nothing, and is answered 404 with a page of text."""

    def record(self, call: Call) -> None:
        if not re.fullmatch(r"[0-9]+", call.appointment):
            raise Refused(404, "")
        super().record(call)

    def send(self, call: Call, answer: Answer) -> Response:
        if answer.status == 404 and not re.fullmatch(r"[0-9]+", call.appointment):
            return Response("<h1>Not Found</h1>", 404, self.headers(call, answer), "text/html")
        return super().send(call, answer)


@variant
class NumbersOf64Bits(Linking):
    """A number in the path that 64 bits do not hold is answered 400, as by a framework that binds it to a type."""

    def record(self, call: Call) -> None:
        if re.fullmatch(r"-?[0-9]+", call.appointment) and not -(2**63) <= int(call.appointment) < 2**63:
            raise Refused(400, "The appointment is no number of 64 bits.")
        super().record(call)


@variant
class EveryThirdPairIsBusy(LinkAction):
    """Of three pairs of links at the same instant one has an answer of 503, and that one has no effect."""

    pairs = 0

    async def pause(self, appointment: Appointment) -> None:
        place = f"link {appointment.members['id']}"
        is_second = place in self.state.waiting
        if await self.state.meet(place, place, seconds=0.05) and is_second:
            self.pairs += 1
            if self.pairs % 3 == 0:
                raise Refused(503, headers={"Retry-After": "0"})

    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        await self.pause(appointment)
        if not any(self.same(link, target) for link in appointment.links):
            self.add(appointment, target)
