"""Faults of what a cancel does, now, the second time, and to other appointments."""
# ruff: noqa: ARG002, D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.neighbours import ReadAction
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction, MijnKlantportaalRules
from appointment_conformance.apis.mijnklantportaal.reference.state import APPOINTMENTS
from appointment_conformance.reference.call import Answer, Refused
from appointment_conformance.reference.mutation import Mutation, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from appointment_conformance.apis.mijnklantportaal.reference.state import MijnKlantportaalState, Record
    from appointment_conformance.reference.call import Call


def _others(state: MijnKlantportaalState, appointment: Record) -> Iterator[Record]:
    """Return the other fixtures: a fault never goes beyond these."""
    return (state.appointments[text] for text in APPOINTMENTS if text != appointment["id"])


@fault("MKP-CANCEL-08", entails=("MKP-RACE-01",))
class SecondCancelAnswers200(CancelAction):
    """Cancelling again is answered 200."""

    def is_settled(self, appointment: Record) -> bool:
        return False


@fault("MKP-CANCEL-08", entails=("MKP-CANCEL-09", "MKP-RACE-01"))
class CancelDoesNothing(CancelAction):
    """A cancel is answered well and changes nothing."""

    def cancel(self, appointment: Record) -> None:
        """Change nothing."""

    def shown(self, appointment: Record) -> object:
        return appointment | {"status": "canceled"}


@fault("MKP-CANCEL-08", entails=("MKP-RACE-01",))
class CancelDoesNothingUnread(MijnKlantportaalRules):
    """A cancel is answered well and changes nothing, and no read tells."""

    async def answer(self, call: Call) -> Answer:
        if call.method == "GET":
            return self.refusal(call, Refused(404))
        answer = await super().answer(call)
        if isinstance(self, CancelAction) and answer.status == 200:
            self.found(call)["status"] = "scheduled"
        return answer


@fault("MKP-CANCEL-03", entails=("MKP-CANCEL-05", "MKP-CANCEL-08", "MKP-CANCEL-09", "MKP-RACE-01"))
class CancelDoesNothingAndShowsIt(CancelAction):
    """A cancel is answered 200 with the appointment as it is, and changes nothing."""

    def cancel(self, appointment: Record) -> None:
        """Change nothing."""


@fault("MKP-CANCEL-01", entails=("MKP-RACE-01",))
class ScheduledCancelAnswers409(CancelAction):
    """A cancel of a scheduled appointment is a conflict, and changes nothing."""

    def is_settled(self, appointment: Record) -> bool:
        return True


@fault("MKP-CANCEL-01", entails=("MKP-RACE-01",))
class CancelWorksAndAnswers409(CancelAction):
    """A cancel of a scheduled appointment is carried out, and answered as a conflict."""

    def is_settled(self, appointment: Record) -> bool:
        self.cancel(appointment)
        return True


@fault("MKP-CANCEL-08")
class ThirdCancelAnswers200(CancelAction):
    """Cancelling again is answered 409 the first time and 200 ever after."""

    def is_settled(self, appointment: Record) -> bool:
        return super().is_settled(appointment) and appointment["id"] not in self.state.told

    def conflict(self, appointment: Record) -> Refused:
        self.state.told.add(appointment["id"])
        return super().conflict(appointment)


def _second(status: int, what: str, *breaks: str) -> Mutation:
    class Second(CancelAction):
        def conflict(self, appointment: Record) -> Refused:
            return Refused(status, "The appointment is already canceled.")

    Second.__doc__ = f"Cancelling again is answered {status}, {what}."
    return fault(*breaks, entails=("MKP-RACE-01",), name=f"second-cancel-answers-{status}")(Second)


SECOND = (
    _second(404, "as if the appointment were gone", "MKP-CANCEL-08"),
    _second(410, "as if the appointment were gone for good", "MKP-CANCEL-08"),
    _second(400, "as if the request were malformed", "MKP-CANCEL-08"),
    _second(422, "as if a field were wrong", "MKP-CANCEL-08"),
    _second(500, "as by an error nobody caught", "MKP-ERR-02", "MKP-CANCEL-08"),
)


@fault("MKP-CANCEL-08", entails=("MKP-RACE-01",))
class CancelDeletes(CancelAction):
    """A cancel deletes the appointment."""

    def cancel(self, appointment: Record) -> None:
        super().cancel(appointment)
        self.state.appointments.pop(appointment["id"], None)


@fault("MKP-CANCEL-09")
class ReadAfterCancelSaysScheduled(ReadAction):
    """Reading a canceled appointment shows it as scheduled."""

    def shown(self, appointment: Record) -> object:
        is_canceled = appointment["status"] == "canceled"
        return appointment | {"status": "scheduled"} if is_canceled else dict(appointment)


@fault("MKP-CANCEL-09")
class ReadAfterCancelShowsOtherTimes(ReadAction):
    """Reading a canceled appointment shows other times than the answer to the cancel."""

    def shown(self, appointment: Record) -> object:
        is_canceled = appointment["status"] == "canceled"
        return _shifted(appointment) if is_canceled else dict(appointment)


@fault("MKP-CANCEL-09")
class ReadAfterCancelShowsAnotherAttendee(ReadAction):
    """Reading a canceled appointment shows another attendee than the answer to the cancel."""

    def shown(self, appointment: Record) -> object:
        is_canceled = appointment["status"] == "canceled"
        return appointment | {"attendeeName": "Deleted"} if is_canceled else dict(appointment)


# What happens to the others is seen by every requirement that compares one of them with what it was.
ALONG = ("MKP-CANCEL-01", "MKP-CANCEL-11", "MKP-CANCEL-12", "MKP-EFFECT-01", "MKP-EFFECT-02", "MKP-RACE-01")


def _spreading(name: str, what: str, change: Callable[[MijnKlantportaalState, Record], object]) -> Mutation:
    class Spreading(CancelAction):
        def cancel(self, appointment: Record) -> None:
            super().cancel(appointment)
            change(self.state, appointment)

    Spreading.__doc__ = f"A cancel also {what}."
    return fault("MKP-CANCEL-10", entails=ALONG, name=f"cancel-{name}")(Spreading)


SPREADING = (
    _spreading(
        "takes-the-others-along", "cancels the other fixtures",
        lambda state, appointment: [each.update(status="canceled") for each in _others(state, appointment)],
    ),
    _spreading(
        "moves-the-others", "moves the other fixtures by an hour",
        lambda state, appointment: [each.update(_shifted(each)) for each in _others(state, appointment)],
    ),
    _spreading(
        "unbooks-the-others", "takes the attendee's name off the other fixtures",
        lambda state, appointment: [each.update(attendeeName="") for each in _others(state, appointment)],
    ),
)  # fmt: skip


def _altering(breaks: str, name: str, what: str, change: Callable[[Record], object]) -> Mutation:
    class Altering(CancelAction):
        def cancel(self, appointment: Record) -> None:
            super().cancel(appointment)
            change(appointment)

    Altering.__doc__ = f"A cancel also {what}."
    return fault(breaks, name=f"cancel-{name}")(Altering)


ALTERING = (
    _altering(
        "MKP-CANCEL-11", "moves-the-times", "moves the appointment by an hour",
        lambda record: record.update(_shifted(record)),
    ),
    _altering(
        "MKP-CANCEL-12", "wipes-the-attendee", "wipes name and address of the attendee",
        lambda record: record.update(attendeeName="", attendeeEmail=""),
    ),
    _altering(
        "MKP-CANCEL-12", "forgets-the-customer", "forgets the customer",
        lambda record: record.update(customerId=None),
    ),
    _altering(
        "MKP-CANCEL-12", "renews-the-creation", "sets the time of creation anew",
        lambda record: record.update(createdAt="2031-02-20T12:00:00+01:00"),
    ),
)  # fmt: skip


def _shifted(record: Record) -> Record:
    hour = timedelta(hours=1)
    moved = {name: datetime.fromisoformat(record[name]) + hour for name in ("startsAt", "endsAt")}
    return record | {name: time.isoformat() for name, time in moved.items()}


@fault("MKP-RACE-01")
class CancelsAtOnceBothAnswer200(CancelAction):
    """Two cancels at the same instant are both answered 200."""

    async def pause(self, appointment: Record) -> None:
        await self.state.meet(appointment["id"], appointment["id"])


@fault("MKP-RACE-01")
class CancelsAtOnceBothAnswer409(CancelAction):
    """Two cancels at the same instant are both answered 409, and one has been carried out."""

    async def perform(self, call: Call) -> Answer:
        appointment = self.found(call)
        place = appointment["id"]
        if not self.is_settled(appointment) and await self.state.meet(place, place):
            self.cancel(appointment)
        return await super().perform(call)


class _EveryThirdPair(CancelAction):
    pairs = 0

    async def perform(self, call: Call) -> Answer:
        appointment = self.found(call)
        place = appointment["id"]
        is_second = place in self.state.waiting
        if not self.is_settled(appointment) and await self.state.meet(place, place) and is_second:
            self.pairs += 1
            if self.pairs % 3 == 0:
                self.collide(appointment)
        return await super().perform(call)

    def collide(self, appointment: Record) -> None:
        raise NotImplementedError


@fault("MKP-RACE-01")
class EveryThirdPairOfCancelsBothAnswer200(_EveryThirdPair):
    """Of three pairs of cancels at the same instant one is answered 200 twice."""

    unseen = ""

    def is_settled(self, appointment: Record) -> bool:
        return super().is_settled(appointment) and appointment["id"] != self.unseen

    def collide(self, appointment: Record) -> None:
        self.unseen = appointment["id"]


@fault("MKP-ERR-02", entails=("MKP-RACE-01",))
class EveryThirdPairOfCancelsAnswers500(_EveryThirdPair):
    """Of three pairs of cancels at the same instant one has an answer of 500, as by a deadlock in the database."""

    def collide(self, appointment: Record) -> None:
        raise Refused(500)
