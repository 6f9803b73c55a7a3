"""The MijnKlantportaal appointments of the list: which are still scheduled and may be used up.

A list of fixtures may name appointments that an earlier run has canceled. Where reads are served, each appointment is
read once before anything else is sent to it, and one that is not scheduled is passed by.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from appointment_conformance.engine.context import Stage
from appointment_conformance.engine.reads import read
from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import Moment
from appointment_conformance.traffic.recording import NOT_FOUND, Seen
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


def is_canceled(seen: Seen) -> bool:
    """Whether a read shows the appointment as canceled."""
    return bool(member(seen, "status") == "canceled")


def shown(stage: Stage, appointment: str) -> Seen | None:
    """Return the read that was made of an appointment before anything else was sent to it, where one was answered."""
    return stage.fresh_reads.get(appointment)


def shows_scheduled(seen: Seen | None) -> bool:
    """Whether a read was served that shows the appointment as scheduled."""
    return seen is not None and seen.status == 200 and member(seen, "status") == "scheduled"


def next_scheduled(stage: Stage, *, beside: str = "") -> str:
    """Return the first appointment that may be used, another one than `beside`; it stays unused.

    What a read shows as not scheduled is passed by. Raises TooFewFixtures where none is left, or too many have been
    passed by.
    """
    _refuse_too_many(stage)
    for appointment in stage.unused:
        if appointment == beside:
            continue
        _look(stage, appointment)
        if not (reason := _unusable(stage, appointment)):
            return appointment
        pass_by(stage, appointment, reason)
    number = "one" if beside or stage.used_appointments else LEAST_SCHEDULED
    raise TooFewFixtures(f"every appointment of the target is used up; add {number} to fixtures.appointments.")


def scheduled_pair(stage: Stage) -> tuple[str, str | None]:
    """Return an appointment that may be used up, and another one that stays as it is, or None without one.

    Raises TooFewFixtures where there is none to use up, and, as long as this run has used up nothing, where there are
    not two: one alone would be spent on half a verdict.
    """
    it = next_scheduled(stage)
    try:
        bystander = next_scheduled(stage, beside=it)
    except TooFewFixtures:
        if not stage.used_appointments:
            raise TooFewFixtures(
                f"a run needs {LEAST_SCHEDULED} scheduled appointments, there is 1; add one to fixtures.appointments."
            ) from None
        return it, None
    # What the second read told may be the answer to what the first one left open.
    if reason := _unusable(stage, it):
        pass_by(stage, it, reason)
        return scheduled_pair(stage)
    return it, bystander


def use_scheduled(stage: Stage) -> str:
    """Return an appointment that may be used up and is not handed out again. Raises TooFewFixtures."""
    it = next_scheduled(stage) if stage.used_appointments else scheduled_pair(stage)[0]
    stage.lay_aside(it)
    return it


def pass_by(stage: Stage, appointment: str, reason: str) -> None:
    """Use `appointment` for nothing. Raises TooFewFixtures where too many have been passed by."""
    stage.pass_by(appointment, reason)
    _refuse_too_many(stage)


def _refuse_too_many(stage: Stage) -> None:
    if len(stage.passed_by) >= MOST_PASSED_BY:
        raise TooFewFixtures(
            f"a run passes by {MOST_PASSED_BY} appointments at most; take those that are not scheduled out of "
            "fixtures.appointments."
        )


def _look(stage: Stage, appointment: str) -> None:
    """Read an appointment to which nothing else has been sent, unless it was read or reads are not served."""
    if appointment not in stage.fresh_reads and not _reads_are_refused(stage):
        seen = stage.send(read(stage, appointment, LOOK))
        if seen.judged:
            stage.fresh_reads[appointment] = seen


def _unusable(stage: Stage, appointment: str) -> str:
    """Why what was read of an appointment says that it cannot be used, empty where it may be.

    A 404 says that it is not there only where another one was served: else reads may not be served at all.
    """
    if (seen := shown(stage, appointment)) is None:
        return ""
    status = member(seen, "status")
    if seen.status == 200 and isinstance(status, str) and status.lower() != "scheduled":
        return cut(status, 40)
    served = any(one.status == 200 and member(one, "status") for one in stage.fresh_reads.values())
    return f"status {seen.status}" if seen.status in NOT_FOUND and served else ""


def _reads_are_refused(stage: Stage) -> bool:
    """Whether the reads so far show that none is served: refused, or not found where a cancel was carried out."""
    canceled = {
        one.probe.appointment for one in stage.client.recording.seen if one.probe.kind == "valid" and one.succeeded
    }
    return any(
        one.status not in {200, *NOT_FOUND} or (one.status in NOT_FOUND and appointment in canceled)
        for appointment, one in stage.fresh_reads.items()
    )
