"""MijnKlantportaal: what reads tell of an appointment, before and after something is sent to it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from appointment_conformance.apis.mijnklantportaal.fixtures import Look
from appointment_conformance.engine import Evidence
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import FIRST_TIME
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult

#: What a cancel is answered that finds an appointment canceled, or not there.
USED_UP = NOT_FOUND | {409}


def last_of_each(reads: Iterable[ProbeResult]) -> tuple[ProbeResult, ...]:
    """Return the last of `reads` for each appointment and moment: one that lags is sent again, and the last counts."""
    return tuple({(moment_of(seen), seen.probe.appointment): seen for seen in reads}.values())


def moment_of(read: ProbeResult) -> tuple[str, StrEnum | None]:
    """Return when a read was sent: in which scenario, and after what."""
    return read.scenario, read.probe.moment


def was_scheduled(evidence: Evidence, seen: ProbeResult) -> bool:
    """Whether the last read before `seen` showed its appointment as scheduled."""
    reads = [
        answer
        for answer in evidence.seen("read", where=lambda answer: answer.status == 200)
        if answer.probe.appointment == seen.probe.appointment and answer.number < seen.number
    ]
    return bool(reads) and member(reads[-1], "status") == "scheduled"


def was_used_up(evidence: Evidence, first: ProbeResult) -> bool:
    """Whether a first cancel found an appointment that was canceled, or not there, before the run.

    One that a read had shown as scheduled was so only if the read lagged: it shows `canceled` after the conflict, and
    another appointment could be canceled.
    """
    if first.status not in USED_UP:
        return False
    if not was_scheduled(evidence, first):
        return True
    others = [seen for seen in evidence.seen("valid", case=FIRST_TIME) if seen.succeeded]
    looks = last_of_each(
        seen
        for seen in evidence.seen("read", moment=Look.AFTER_A_CONFLICT)
        if seen.probe.appointment == first.probe.appointment
    )
    return bool(others) and any(member(seen, "status") == "canceled" for seen in looks)
