"""Conformant varieties of what a list of fixtures meets: appointments that are used up, and reads that lag."""
# ruff: noqa: D102, D107 - a variant is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.neighbours import ReadAction
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction, MijnKlantportaalRules
from appointment_conformance.apis.mijnklantportaal.reference.state import APPOINTMENTS
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appointment_conformance.apis.mijnklantportaal.reference.state import MijnKlantportaalState

#: How many reads after a cancel show what was before it.
STALE_READS = 2


def _use_up(state: MijnKlantportaalState, appointments: Iterable[str], status: str = "canceled") -> None:
    for text in appointments:
        state.appointments[text]["status"] = status


@variant
class AppointmentsUsedUp(CancelAction):
    """The first four appointments are canceled before the first request."""

    def __init__(self, state: MijnKlantportaalState) -> None:
        super().__init__(state)
        _use_up(state, APPOINTMENTS[:4])


@variant
class EveryOtherUsedUp(CancelAction):
    """Every other appointment is canceled before the first request, and the third is pending."""

    def __init__(self, state: MijnKlantportaalState) -> None:
        super().__init__(state)
        _use_up(state, APPOINTMENTS[1:-1:2])
        _use_up(state, APPOINTMENTS[2:3], "pending")


class _UsedUpAndUnread(MijnKlantportaalRules):
    status: int

    def __init__(self, state: MijnKlantportaalState) -> None:
        super().__init__(state)
        _use_up(state, APPOINTMENTS[:1])

    async def answer(self, call: Call) -> Answer:
        if call.method == "GET":
            return self.refusal(call, Refused(self.status))
        return await super().answer(call)


@variant
class UsedUpAndNoReads(_UsedUpAndUnread):
    """The first appointment is canceled before the first request, and no read tells: 404."""

    status = 404


@variant
class UsedUpAndReadsRefused(_UsedUpAndUnread):
    """The first appointment is canceled before the first request, and reads are refused: 403."""

    status = 403


@variant
class ReadsInAnEnvelope(ReadAction):
    """A read has the appointment under `data`, as lists have theirs."""

    async def perform(self, call: Call) -> Answer:
        return Answer(200, {"data": self.shown(self.found(call))})


@variant
class ReadsLag(ReadAction):
    """The first two reads after a cancel show the appointment as it was before."""

    async def perform(self, call: Call) -> Answer:
        appointment = self.found(call)
        is_stale = appointment["status"] == "canceled" and self.state.stale[appointment["id"]] < STALE_READS
        if not is_stale:
            return await super().perform(call)
        self.state.stale[appointment["id"]] += 1
        return Answer(200, self.shown(appointment | {"status": "scheduled"}))
