"""MijnKlantportaal: what a cancel changes, and what it leaves as it was. Told by reads, where they are served."""

from __future__ import annotations

from datetime import datetime

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.apis.mijnklantportaal.fixtures import LOOK, Look
from appointment_conformance.apis.mijnklantportaal.reads import last_of_each
from appointment_conformance.codes import at_each, of_value, status_code
from appointment_conformance.engine import SHOULD, Evidence, NotApplicable, requirement
from appointment_conformance.traffic.answer import json_of, member
from appointment_conformance.traffic.case import FIRST_TIME, Moment
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult

CANCEL = ("cancel",)
READS = ("preflight", "life cycle")
TIMES = ("startsAt", "endsAt")
#: What else was booked; a meeting link may go when the meeting does.
DETAILS = ("createdAt", "attendeeName", "attendeeEmail", "customerId")


@requirement(
    "MKP-CANCEL-09",
    reads=(places.APPOINTMENT,),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel and Get appointment",
    scenarios=READS,
)
def read_agrees_afterwards(evidence: Evidence) -> None:
    """A read afterwards shows `canceled` and what the cancel answered, where reads are served.

    A meeting link may go meanwhile. No page says that a canceled appointment can still be read.
    """
    if not any(isinstance(member(seen, "status"), str) for seen in _before(evidence)):
        raise NotApplicable("reads do not show the status of an appointment as its members have it")
    answers = [seen for seen in evidence.seen("valid", case=FIRST_TIME) if seen.status == 200]
    reads = last_of_each(evidence.seen("read", moment=Moment.AFTER)) if answers else ()
    if reads and all(seen.status in NOT_FOUND for seen in reads):
        raise NotApplicable("a canceled appointment is not served to reads")
    for seen in reads:
        status = member(seen, "status")
        evidence.expect(
            seen,
            holds=seen.status == 200 and status == "canceled",
            code=of_value("status", status) if seen.status == 200 else status_code(seen.status),
            expected="status 200 and `canceled`",
            actual=f"status {seen.status} and {status!r}",
            shows=tuple(answers),
        )
        changed = [name for answer in answers for name in _changed(answer, seen, (*TIMES, *DETAILS))]
        evidence.expect(
            seen,
            holds=not changed,
            code=at_each("changed", changed),
            expected="what the cancel answered",
            actual=f"changed: {', '.join(changed)}",
            shows=tuple(answers),
        )


@requirement(
    "MKP-CANCEL-10",
    reads=(places.DESCRIPTION,),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, description",
    scenarios=READS,
)
def other_appointments_stay(evidence: Evidence) -> None:
    """No other fixture appointment changes, where reads are served.

    The page speaks of the one appointment that is named.
    """
    _before(evidence)
    evidence.need(evidence.target.fixtures.appointments[1:], "add a second appointment to fixtures.appointments.")
    before = {seen.probe.appointment: seen for seen in _before(evidence)}
    for seen in last_of_each(evidence.seen("read", moment=Look.BYSTANDER_AFTER)):
        if seen.probe.appointment not in before:
            continue  # Its first read was not served.
        changed = _changed(before[seen.probe.appointment], seen, ("status", *TIMES, *DETAILS))
        evidence.expect(
            seen,
            holds=not changed,
            code=at_each("changed", changed),
            expected=f"{seen.probe.appointment} as it was",
            actual=f"changed: {', '.join(changed)}",
            shows=evidence.sent("valid"),
        )


@requirement(
    "MKP-CANCEL-11",
    reads=(places.DESCRIPTION,),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, description",
    scenarios=READS,
)
def times_are_not_altered(evidence: Evidence) -> None:
    """Cancelling moves nothing: the times are those that were booked, where reads are served.

    The page speaks of cancelling, not of moving.
    """
    _expect_unchanged(evidence, TIMES)


@requirement(
    "MKP-CANCEL-12",
    reads=(places.DESCRIPTION,),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, description",
    level=SHOULD,
    scenarios=READS,
)
def details_are_not_altered(evidence: Evidence) -> None:
    """Cancelling alters nothing else of what was booked: attendee, customer, creation; where reads are served.

    No page promises that, and who wipes personal data early may have good reasons.
    """
    _expect_unchanged(evidence, DETAILS)


def _expect_unchanged(evidence: Evidence, names: tuple[str, ...]) -> None:
    before = _before(evidence)
    for seen in evidence.seen("valid", case=FIRST_TIME):
        same = [read for read in before if read.probe.appointment == seen.probe.appointment]
        if seen.status == 200 and same and isinstance(json_of(seen), dict):
            changed = _changed(same[-1], seen, names)
            evidence.expect(
                seen,
                holds=not changed,
                code=at_each("changed", changed),
                expected="what was booked",
                actual=f"changed: {', '.join(changed)}",
            )


def _before(evidence: Evidence) -> tuple[ProbeResult, ...]:
    """The reads before the cancel that were served. Raises NotApplicable where there is none."""
    # One that got no answer was asked again.
    reads = evidence.seen("read", moment=LOOK, where=lambda seen: seen.judged) or evidence.seen("read", moment=LOOK)
    served = tuple(seen for seen in reads if seen.status == 200 and isinstance(json_of(seen), dict))
    if not served:
        raise NotApplicable("the target serves no reads")
    return served


def _changed(before: ProbeResult, after: ProbeResult, names: tuple[str, ...]) -> list[str]:
    """The members of `names` that both answers have and that differ."""
    old, new = json_of(before), json_of(after)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    return [name for name in names if name in old and name in new and not _same(old[name], new[name])]


def _same(old: object, new: object) -> bool:
    """Whether two values say the same: times are compared as instants, whatever their offsets."""
    return old == new or (_instant(old) is not None and _instant(old) == _instant(new))


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
