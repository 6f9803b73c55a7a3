"""MijnKlantportaal: what a refusal says, and what it leaves as it was."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.apis.mijnklantportaal.fixtures import Look
from appointment_conformance.apis.mijnklantportaal.reads import USED_UP, last_of_each, moment_of, was_scheduled
from appointment_conformance.codes import HAS_EFFECT
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.http_rules.refusals import check_no_server_error
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import ABSENT
from appointment_conformance.traffic.probe import Kind
from appointment_conformance.traffic.recording import ProbeResult

CANCEL = ("cancel",)
EFFECT = "MijnKlantportaal, Cancel appointment; RFC 9110, sections 15.5.2 to 15.5.5"


@requirement(
    "MKP-ERR-01",
    reads=(places.content("404"), places.content("409")),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, schema ApiError",
    scenarios=("preflight", "life cycle", "race"),
    alone=True,
)
def refusal_has_a_message(evidence: Evidence) -> None:
    """A 404 or 409 carries `message`; of 401 and 403 no page says what they carry.

    The page describes both with one schema, in which `message` is a text that explains.
    """
    for seen in (*evidence.seen("valid", "race"), *evidence.seen("path", case=ABSENT)):
        if seen.status in {404, 409}:
            evidence.expect_contract(seen, "response_schema_conformance")


@requirement("MKP-ERR-02", operations=CANCEL, source="RFC 9110, section 15.6", alone=True)
def server_error_is_never_an_answer(evidence: Evidence) -> None:
    """No request of the operation is answered with a 5xx, except 501 to a method that is not implemented.

    By RFC 9110 a 5xx says that the server has erred or is not able to do what it was asked, not that the request was
    wrong.
    """
    check_no_server_error(evidence)


@requirement(
    "MKP-EFFECT-01",
    reads=(places.status("404"),),
    operations=CANCEL,
    source=EFFECT,
    scenarios=("preflight", "life cycle", "essentials", "credentials", "paths", "race"),
)
def refused_path_cancels_nothing(evidence: Evidence) -> None:
    """A request that is refused for its path cancels nothing.

    By RFC 9110 each of these statuses says that the request was not carried out.
    """
    _expect_scheduled(evidence, "path", Look.AFTER_REFUSALS)


@requirement(
    "MKP-EFFECT-02",
    reads=(places.SECURITY, places.status("401"), places.status("403")),
    operations=CANCEL,
    source=EFFECT,
    scenarios=("preflight", "life cycle", "essentials", "credentials", "race"),
)
def unauthorized_request_cancels_nothing(evidence: Evidence) -> None:
    """A request that is refused for its credentials cancels nothing.

    By RFC 9110 each of these statuses says that the request was not carried out.
    """
    _expect_scheduled(evidence, "credentials", Look.AFTER_WRONG_CREDENTIALS)


def _expect_scheduled(evidence: Evidence, kind: Kind, moment: Look) -> None:
    """Expect that the appointment is still scheduled after the refusals of `kind`: by a read, or by a late cancel."""
    if any((seen.status or 0) < 400 for seen in evidence.seen(kind)):
        return  # What was accepted has effects, and is another requirement's business.
    looks = [seen for seen in last_of_each(evidence.seen("read", moment=moment)) if seen.status == 200]
    for seen in looks:
        if not _was_cancelled_before(evidence, seen):
            status = member(seen, "status")
            evidence.expect(
                seen,
                holds=status != "canceled",
                code=HAS_EFFECT,
                expected="an appointment not cancelled",
                actual=f"status {status!r}",
                shows=evidence.sent(kind),
            )
    # The first pair is of the appointment that the refused requests named.
    raced = evidence.seen("race")[:2]
    if raced and not looks:
        _expect_late_cancel(evidence, raced, kind)


def _expect_late_cancel(evidence: Evidence, raced: tuple[ProbeResult, ...], kind: Kind) -> None:
    """Expect that a cancel after the refusals still finds the appointment scheduled, where it is known to have been."""
    first = raced[0]
    conflict = all(seen.status in USED_UP for seen in raced if seen.probe.appointment == first.probe.appointment)
    known = not conflict or was_scheduled(evidence, first)
    evidence.need(
        known,
        f"{first.probe.appointment} was canceled or not there before its first cancel, and no read tells when; "
        "put scheduled appointments in fixtures.appointments.",
    )
    evidence.expect(
        first,
        holds=not conflict,
        code=HAS_EFFECT,
        expected="an appointment that no refused request has cancelled",
        actual="an appointment cancelled already",
        after=evidence.seen(kind),
    )


def _was_cancelled_before(evidence: Evidence, look: ProbeResult) -> bool:
    """Whether the last read of the same appointment at another moment before `look` showed it cancelled already."""
    reads = [
        seen
        for seen in evidence.seen(
            "read", where=lambda answer: answer.status == 200 and moment_of(answer) != moment_of(look)
        )
        if seen.probe.appointment == look.probe.appointment and seen.number < look.number
    ]
    return bool(reads) and member(reads[-1], "status") == "canceled"
