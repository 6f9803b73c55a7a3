"""MijnKlantportaal: what cancelling a scheduled appointment answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.apis.mijnklantportaal.reads import was_used_up
from appointment_conformance.codes import NOT_AN_OBJECT, at_each, of_id, of_value
from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.case import AGAIN, FIRST_TIME
from appointment_conformance.traffic.recording import ProbeResult

CANCEL = ("cancel",)
LIFE_CYCLE = ("life cycle",)
APPOINTMENT = "MijnKlantportaal, Cancel appointment, schema Appointment"
REQUIRED = ("id", "startsAt", "endsAt", "status", "createdAt")
#: What an appointment without a customer is booked for.
ATTENDEE = ("attendeeName", "attendeeEmail")
MEMBERS = (*REQUIRED, *ATTENDEE, "customerId", "onlineMeetingLink")
#: RFC 3339 with a zone: what PHP's ATOM writes, and what RFC 4287 allows beside it.
ATOM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@requirement(
    "MKP-CANCEL-01",
    reads=(places.status("200"),),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, response 200",
    scenarios=("preflight", "life cycle"),
)
def cancel_succeeds(evidence: Evidence) -> None:
    """Cancelling a scheduled appointment is answered 200.

    A conflict on an appointment that no read has shown as scheduled says that it was canceled before the run.

    The page has 200 with the cancelled appointment as the one success.
    """
    evidence.expect_answers("valid")
    for seen in evidence.seen("valid", case=FIRST_TIME):
        if not was_used_up(evidence, seen):
            evidence.expect_status(seen, 200)


@requirement(
    "MKP-CANCEL-02",
    reads=(places.member("id"),),
    operations=CANCEL,
    source=f"{APPOINTMENT}, id",
    scenarios=LIFE_CYCLE,
    alone=True,
)
def answer_is_the_appointment_of_the_path(evidence: Evidence) -> None:
    """The answer is the bare appointment that the path names, its id starting with `apt_`.

    The page has the appointment itself as the answer, and promises nothing but this prefix of an id.
    """
    for seen, answer in _answers(evidence):
        shown = answer.get("id") if isinstance(answer, dict) else None
        evidence.expect(
            seen,
            holds=shown == seen.probe.appointment,
            code=of_id("id", shown) if isinstance(answer, dict) else NOT_AN_OBJECT,
            expected=f"an object with id {seen.probe.appointment}",
            actual=f"id {shown!r}" if isinstance(answer, dict) else "no JSON object",
        )


@requirement(
    "MKP-CANCEL-03",
    reads=(places.member("status"),),
    operations=CANCEL,
    source=f"{APPOINTMENT}, status",
    scenarios=LIFE_CYCLE,
    alone=True,
)
def status_is_canceled(evidence: Evidence) -> None:
    """The answer's status is exactly `canceled`.

    The page lists this word, `scheduled` and `pending` as what a status can be.
    """
    for seen, answer in _objects(evidence):
        evidence.expect(
            seen,
            holds=answer.get("status") == "canceled",
            code=of_value("status", answer.get("status")),
            expected="status `canceled`",
            actual=f"status {answer.get('status')!r}",
        )


@requirement(
    "MKP-CANCEL-04",
    reads=(places.APPOINTMENT,),
    operations=CANCEL,
    source=APPOINTMENT,
    scenarios=LIFE_CYCLE,
    alone=True,
)
def required_members_are_there(evidence: Evidence) -> None:
    """The answer has the members that a client relies on: id, times, status, creation, and customer or attendee.

    This is more than the page demands: it requires no member at all.
    """
    for seen, answer in _objects(evidence):
        needed = REQUIRED if answer.get("customerId") else (*REQUIRED, *ATTENDEE)
        missing = [name for name in needed if name not in answer]
        evidence.expect(
            seen,
            holds=not missing,
            code=at_each("missing-member", missing),
            expected=f"members {', '.join(needed)}",
            actual=f"without {', '.join(missing)}",
        )


@requirement(
    "MKP-CANCEL-05",
    reads=(places.APPOINTMENT,),
    operations=CANCEL,
    source=APPOINTMENT,
    scenarios=LIFE_CYCLE,
    alone=True,
)
def answer_has_the_contract_s_types(evidence: Evidence) -> None:
    """The answer is an appointment as the contract's schema has it; the customer and the meeting link may be null.

    The page gives each member its type, and marks these two as nullable.
    """
    for seen, _ in _answers(evidence):
        evidence.expect_contract(seen, "response_schema_conformance")


@requirement(
    "MKP-CANCEL-06",
    reads=(places.member("startsAt"), places.member("endsAt"), places.member("createdAt")),
    operations=CANCEL,
    source=f"{APPOINTMENT}, startsAt, endsAt, createdAt",
    scenarios=LIFE_CYCLE,
    alone=True,
)
def times_are_atom(evidence: Evidence) -> None:
    """The answer's times are ATOM date-times of real days, with an offset.

    The page says of all three that they are written in the ATOM format.
    """
    for seen, answer in _objects(evidence):
        for name in ("startsAt", "endsAt", "createdAt"):
            if name in answer:
                evidence.expect(
                    seen,
                    holds=_moment(answer[name]) is not None,
                    code=at_each("malformed-time", [name]),
                    expected=f"{name} as YYYY-MM-DDThh:mm:ss and an offset",
                    actual=f"{name} {answer[name]!r}",
                )


@requirement(
    "MKP-CANCEL-07",
    reads=(places.member("startsAt"), places.member("endsAt")),
    operations=CANCEL,
    source=f"{APPOINTMENT}, endsAt",
    scenarios=LIFE_CYCLE,
    alone=True,
)
def it_ends_after_it_starts(evidence: Evidence) -> None:
    """The appointment ends after it starts.

    The page has two times, the start and the end of one appointment.
    """
    for seen, answer in _objects(evidence):
        starts, ends = _moment(answer.get("startsAt")), _moment(answer.get("endsAt"))
        if starts and ends:
            evidence.expect(
                seen,
                holds=ends > starts,
                code="ends-before-start",
                expected=f"endsAt after {answer['startsAt']}",
                actual=f"endsAt {answer['endsAt']}",
            )


@requirement(
    "MKP-CANCEL-08",
    reads=(places.status("409"),),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, response 409",
    scenarios=("life cycle", "race"),
)
def cancelling_again_is_a_conflict(evidence: Evidence) -> None:
    """Cancelling what is cancelled already is answered 409, every time."""
    for seen in evidence.seen("valid", case=AGAIN):
        evidence.expect_status(seen, 409)


@requirement(
    "MKP-CANCEL-13",
    reads=(places.APPOINTMENT,),
    operations=CANCEL,
    source=APPOINTMENT,
    level=SHOULD,
    scenarios=("life cycle", "race"),
    alone=True,
)
def members_of_the_schema_are_there(evidence: Evidence) -> None:
    """The answer has every member of the page's schema, null where there is nothing to say.

    The page does not say which members an answer may leave out, so this is advice.
    """
    for seen, answer in _objects(evidence):
        missing = [name for name in MEMBERS if name not in answer]
        evidence.expect(
            seen,
            holds=not missing,
            code=at_each("missing-member", missing),
            expected="the members of the schema",
            actual=f"without {', '.join(missing)}",
        )


def _answers(evidence: Evidence) -> list[tuple[ProbeResult, Any]]:
    """Every successful cancel with its JSON."""
    return [(seen, json_of(seen)) for seen in evidence.seen("valid", "race", where=lambda seen: seen.status == 200)]


def _objects(evidence: Evidence) -> list[tuple[ProbeResult, dict[str, Any]]]:
    return [(seen, answer) for seen, answer in _answers(evidence) if isinstance(answer, dict)]


def _moment(value: object) -> datetime | None:
    """The instant that a time of the answer names, None where it is not an ATOM time of a real day."""
    if not isinstance(value, str) or not ATOM.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value) if value[17:19] != "60" else _leap_second(value)
    except ValueError:
        return None


def _leap_second(value: str) -> datetime | None:
    """The second before it, as Python knows no leap second; None where it is not the last of a day in UTC.

    Source: RFC 3339, section 5.7.
    """
    before = datetime.fromisoformat(f"{value[:17]}59{value[19:]}")
    return before if before.astimezone(UTC).strftime("%H:%M:%S") == "23:59:59" else None
