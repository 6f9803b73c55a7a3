"""MijnKlantportaal: appointments of another account, which the token must not reach."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.codes import HAS_EFFECT
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.http_rules.accounts import check_out_of_reach, foreign_reads, is_refused
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import Moment

CANCEL = ("cancel",)
ACCOUNTS = ("accounts",)


@requirement(
    "MKP-OWN-01",
    reads=(places.status("404"),),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, response 404; RFC 9110, sections 15.5.4 and 15.5.5",
    scenarios=ACCOUNTS,
)
def foreign_appointment_is_out_of_reach(evidence: Evidence) -> None:
    """A cancel of an appointment of another account is answered 403, or 404 to hide the appointment.

    RFC 9110 has 403 for what is refused to this caller, and lets a server answer 404 in its place, to hide what is
    there.
    """
    check_out_of_reach(evidence, 403, 404)


@requirement("MKP-OWN-02", operations=CANCEL, source="RFC 9110, sections 15.5.4 and 15.5.5", scenarios=ACCOUNTS)
def foreign_appointment_stays_scheduled(evidence: Evidence) -> None:
    """A cancel that is refused on an appointment of another account leaves it scheduled, where a read shows it.

    By RFC 9110 either status says that the request was not carried out.
    """
    before, after = foreign_reads(evidence, Moment.FOREIGN_BEFORE, Moment.FOREIGN_AFTER)
    fresh = member(before, "status") != "canceled"
    evidence.need(fresh, "the appointment of another account is canceled already; put another one in its place.")
    if is_refused(evidence):
        status = member(after, "status")
        evidence.expect(
            after,
            holds=status != "canceled",
            code=HAS_EFFECT,
            expected="an appointment not canceled",
            actual=f"status {status!r}",
            shows=evidence.sent("foreign"),
        )
