"""The MijnKlantportaal appointments of the list: which are still scheduled and may be used up.

A list of fixtures may name appointments that an earlier run has canceled. Where reads are served, each appointment is
read once before anything else is sent to it, and one that is not scheduled is passed by.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.reads import read
from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import Moment
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult
from appointment_reports import cut

#: How many appointments of the list a run passes by at most.
MOST_PASSED_BY = 50
#: How many scheduled appointments a run needs before it uses up the first one: one to cancel, one beside it.
LEAST_SCHEDULED = 2
#: The moment of a read that looks at an appointment before anything else is sent to it.
LOOK: Final = Moment.FIRST


class Look(StrEnum):
    """When an appointment is read to see what came before, where no other API has the same moment."""

    BYSTANDER_AFTER = "bystander after"
    AFTER_A_CONFLICT = "after a conflict"
    AFTER_REFUSALS = "after refusals"
    AFTER_WRONG_CREDENTIALS = "after wrong credentials"
    AFTER_THE_RACE = "after the race"
    UNANSWERED = "unanswered"


class FirstReads:
    """What a run remembers: the read of each appointment that was made before anything else was sent to it."""

    def __init__(self) -> None:
        """Start with no read."""
        self.by_appointment: dict[str, ProbeResult] = {}

    def forget(self) -> None:
        """Know no read again."""
        self.by_appointment.clear()


def first_reads(context: ScenarioContext) -> dict[str, ProbeResult]:
    """Return the first read of each appointment. Raises TypeError where the context was made for another API."""
    if not isinstance(context.state, FirstReads):
        raise TypeError("scenarios of cancel need a context whose state is FirstReads")
    return context.state.by_appointment


def is_canceled(seen: ProbeResult) -> bool:
    """Whether a read shows the appointment as canceled."""
    return bool(member(seen, "status") == "canceled")


def shown(context: ScenarioContext, appointment: str) -> ProbeResult | None:
    """Return the read that was made of an appointment before anything else was sent to it, where one was answered."""
    return first_reads(context).get(appointment)


def shows_scheduled(seen: ProbeResult | None) -> bool:
    """Whether a read was served that shows the appointment as scheduled."""
    return seen is not None and seen.status == 200 and member(seen, "status") == "scheduled"


def next_scheduled(context: ScenarioContext, *, beside: str = "") -> str:
    """Return the first appointment that may be used, another one than `beside`; it stays unused.

    What a read shows as not scheduled is passed by. Raises TooFewFixtures where none is left, or too many have been
    passed by.
    """
    _refuse_too_many(context)
    for appointment in context.unused:
        if appointment == beside:
            continue
        _look(context, appointment)
        if not (reason := _unusable(context, appointment)):
            return appointment
        pass_by(context, appointment, reason)
    number = "one" if beside or context.used_appointments else LEAST_SCHEDULED
    raise TooFewFixtures(f"every appointment of the target is used up; add {number} to fixtures.appointments.")


def scheduled_pair(context: ScenarioContext) -> tuple[str, str | None]:
    """Return an appointment that may be used up, and another one that stays as it is, or None without one.

    Raises TooFewFixtures where there is none to use up, and, as long as this run has used up nothing, where there are
    not two: one alone would be spent on half a verdict.
    """
    it = next_scheduled(context)
    try:
        bystander = next_scheduled(context, beside=it)
    except TooFewFixtures:
        if not context.used_appointments:
            raise TooFewFixtures(
                f"a run needs {LEAST_SCHEDULED} scheduled appointments, there is 1; add one to fixtures.appointments."
            ) from None
        return it, None
    # What the second read told may be the answer to what the first one left open.
    if reason := _unusable(context, it):
        pass_by(context, it, reason)
        return scheduled_pair(context)
    return it, bystander


def use_scheduled(context: ScenarioContext) -> str:
    """Return an appointment that may be used up and is not handed out again. Raises TooFewFixtures."""
    it = next_scheduled(context) if context.used_appointments else scheduled_pair(context)[0]
    context.retire(it)
    return it


def pass_by(context: ScenarioContext, appointment: str, reason: str) -> None:
    """Use `appointment` for nothing. Raises TooFewFixtures where too many have been passed by."""
    context.pass_by(appointment, reason)
    _refuse_too_many(context)


def _refuse_too_many(context: ScenarioContext) -> None:
    if len(context.passed_by) >= MOST_PASSED_BY:
        raise TooFewFixtures(
            f"a run passes by {MOST_PASSED_BY} appointments at most; take those that are not scheduled out of "
            "fixtures.appointments."
        )


def _look(context: ScenarioContext, appointment: str) -> None:
    """Read an appointment to which nothing else has been sent, unless it was read or reads are not served."""
    if appointment not in first_reads(context) and not _reads_are_refused(context):
        seen = context.send(read(context, appointment, LOOK))
        if seen.judged:
            first_reads(context)[appointment] = seen


def _unusable(context: ScenarioContext, appointment: str) -> str:
    """Why what was read of an appointment says that it cannot be used, empty where it may be.

    A 404 says that it is not there only where another one was served: else reads may not be served at all.
    """
    if (seen := shown(context, appointment)) is None:
        return ""
    status = member(seen, "status")
    if seen.status == 200 and isinstance(status, str) and status.lower() != "scheduled":
        return cut(status, 40)
    served = any(answer.status == 200 and member(answer, "status") for answer in first_reads(context).values())
    return f"status {seen.status}" if seen.status in NOT_FOUND and served else ""


def _reads_are_refused(context: ScenarioContext) -> bool:
    """Whether the reads so far show that none is served: refused, or not found where a cancel was carried out."""
    canceled = {
        answer.probe.appointment
        for answer in context.client.recording.seen
        if answer.probe.kind == "valid" and answer.succeeded
    }
    return any(
        answer.status not in {200, *NOT_FOUND} or (answer.status in NOT_FOUND and appointment in canceled)
        for appointment, answer in first_reads(context).items()
    )
