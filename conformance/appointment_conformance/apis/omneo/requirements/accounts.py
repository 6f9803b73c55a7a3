"""Omneo: appointments of another account, which the token must not reach."""

from __future__ import annotations

from enum import StrEnum

from appointment_conformance.apis.omneo.probes import AFTER_FOREIGN, Look
from appointment_conformance.codes import at_each
from appointment_conformance.engine import Evidence, NotApplicable, requirement
from appointment_conformance.http_rules.access import FOREIGN
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import Moment
from appointment_conformance.traffic.recording import Seen

BOTH = ("link", "unlink")
ACCOUNTS = ("accounts",)
#: What a link, an unlink or a cancellation leaves its mark on, as far as a read shows it.
WATCHED = ("status", "profile_id", "updated_at", "links")
#: The look before each action.
BEFORE = {"link": Moment.FOREIGN_BEFORE, "unlink": Look.FOREIGN_AFTER_LINK}


@requirement(
    "OMN-OWN-01",
    operations=BOTH,
    source="Omneo, Unlink Appointment, responses 403 and 404; RFC 9110, sections 15.5.4 and 15.5.5",
    scenarios=ACCOUNTS,
)
def test_foreign_appointment_is_out_of_reach(evidence: Evidence) -> None:
    """An action on an appointment of another account is answered 403, or 404 to hide the appointment.

    RFC 9110 has 403 for what is refused to this caller, and lets a server answer 404 in its place, to hide what is
    there.
    """
    evidence.need_optional(evidence.target.fixtures.foreign_appointments, FOREIGN)
    for seen in evidence.seen("foreign"):
        evidence.expect_status(seen, 403, 404)


@requirement("OMN-OWN-02", operations=BOTH, source="RFC 9110, sections 15.5.4 and 15.5.5", scenarios=ACCOUNTS)
def test_foreign_appointment_stays_as_it_was(evidence: Evidence) -> None:
    """An action that is refused on an appointment of another account changes nothing there, where a read shows it.

    By RFC 9110 either status says that the request was not carried out.
    """
    evidence.need_optional(evidence.target.fixtures.foreign_appointments, FOREIGN)
    before, after = _reads(evidence, BEFORE[evidence.operation]), _reads(evidence, AFTER_FOREIGN[evidence.operation])
    if not (before and after):
        raise NotApplicable("no read shows an appointment of another account")
    # What was accepted has effects, and is another requirement's business.
    if any((seen.status or 0) >= 400 for seen in evidence.seen("foreign")):
        old, new = member(before[-1], "data"), member(after[-1], "data")
        changed = [name for name in WATCHED if old.get(name) != new.get(name)]
        evidence.expect(
            after[-1],
            holds=not changed,
            code=at_each("changed", changed),
            expected="as before",
            actual=f"changed: {', '.join(changed)}",
            shows=evidence.sent("foreign"),
        )


def _reads(evidence: Evidence, moment: StrEnum) -> list[Seen]:
    """The reads of the other account's appointment that were answered with a record."""
    reads = [seen for seen in evidence.everything if seen.probe.moment == moment]
    return [seen for seen in reads if seen.status == 200 and isinstance(member(seen, "data"), dict)]
