"""Omneo: appointments of another account, which the token must not reach."""

from __future__ import annotations

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.probes import AFTER_FOREIGN, Look
from appointment_conformance.codes import at_each
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.http_rules.accounts import check_out_of_reach, foreign_reads, is_refused
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import Moment
from appointment_conformance.traffic.recording import ProbeResult

BOTH = ("link", "unlink")
ACCOUNTS = ("accounts",)
#: What a link, an unlink or a cancellation leaves its mark on, as far as a read shows it.
WATCHED = ("status", "profile_id", "updated_at", "links")
#: The look before each action.
BEFORE = {"link": Moment.FOREIGN_BEFORE, "unlink": Look.FOREIGN_AFTER_LINK}


@requirement(
    "OMN-OWN-01",
    reads=(places.status("403"), places.status("404")),
    operations=BOTH,
    source="Omneo, Unlink Appointment, responses 403 and 404; RFC 9110, sections 15.5.4 and 15.5.5",
    scenarios=ACCOUNTS,
)
def foreign_appointment_is_out_of_reach(evidence: Evidence) -> None:
    """An action on an appointment of another account is answered 403, or 404 to hide the appointment.

    RFC 9110 has 403 for what is refused to this caller, and lets a server answer 404 in its place, to hide what is
    there.
    """
    check_out_of_reach(evidence, 403, 404)


@requirement("OMN-OWN-02", operations=BOTH, source="RFC 9110, sections 15.5.4 and 15.5.5", scenarios=ACCOUNTS)
def foreign_appointment_stays_as_it_was(evidence: Evidence) -> None:
    """An action that is refused on an appointment of another account changes nothing there, where a read shows it.

    By RFC 9110 either status says that the request was not carried out.
    """
    action = evidence.operation
    before, after = foreign_reads(evidence, BEFORE[action], AFTER_FOREIGN[action], shows_record=_shows_record)
    if is_refused(evidence):
        old, new = member(before, "data"), member(after, "data")
        changed = [name for name in WATCHED if old.get(name) != new.get(name)]
        evidence.expect(
            after,
            holds=not changed,
            code=at_each("changed", changed),
            expected="as before",
            actual=f"changed: {', '.join(changed)}",
            shows=evidence.sent("foreign"),
        )


def _shows_record(seen: ProbeResult) -> bool:
    return isinstance(member(seen, "data"), dict)
