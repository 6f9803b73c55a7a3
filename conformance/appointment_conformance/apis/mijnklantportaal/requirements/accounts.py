"""MijnKlantportaal: appointments of another account, which the token must not reach."""

from __future__ import annotations

from appointment_conformance.codes import HAS_EFFECT
from appointment_conformance.engine import Evidence, NotApplicable, requirement
from appointment_conformance.http_rules.access import FOREIGN
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import Moment

CANCEL = ("cancel",)
ACCOUNTS = ("accounts",)


@requirement(
    "MKP-OWN-01",
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, response 404; RFC 9110, sections 15.5.4 and 15.5.5",
    scenarios=ACCOUNTS,
)
def test_foreign_appointment_is_out_of_reach(evidence: Evidence) -> None:
    """A cancel of an appointment of another account is answered 403, or 404 to hide the appointment.

    RFC 9110 has 403 for what is refused to this caller, and lets a server answer 404 in its place, to hide what is
    there.
    """
    evidence.need_optional(evidence.target.fixtures.foreign_appointments, FOREIGN)
    for seen in evidence.seen("foreign"):
        evidence.expect_status(seen, 403, 404)


@requirement("MKP-OWN-02", operations=CANCEL, source="RFC 9110, sections 15.5.4 and 15.5.5", scenarios=ACCOUNTS)
def test_foreign_appointment_stays_scheduled(evidence: Evidence) -> None:
    """A cancel that is refused on an appointment of another account leaves it scheduled, where a read shows it.

    By RFC 9110 either status says that the request was not carried out.
    """
    evidence.need_optional(evidence.target.fixtures.foreign_appointments, FOREIGN)
    before, after = (
        [seen for seen in evidence.seen("read", moment=moment) if seen.status == 200]
        for moment in (Moment.FOREIGN_BEFORE, Moment.FOREIGN_AFTER)
    )
    if not (before and after):
        raise NotApplicable("no read shows an appointment of another account")
    fresh = member(before[-1], "status") != "canceled"
    evidence.need(fresh, "the appointment of another account is canceled already; put another one in its place.")
    if any((seen.status or 0) >= 400 for seen in evidence.seen("foreign")):
        status = member(after[-1], "status")
        evidence.expect(
            after[-1],
            holds=status != "canceled",
            code=HAS_EFFECT,
            expected="an appointment not canceled",
            actual=f"status {status!r}",
            shows=evidence.sent("foreign"),
        )
