"""Bookings: what the confirmation of a booking answers."""

from __future__ import annotations

from appointment_conformance.api import AGAIN, FIRST_TIME, Evidence, Moment, NotApplicable, member, requirement

CONFIRM = ("confirm",)
LIFE_CYCLE = ("life cycle",)
SOURCE = "Bookings, Confirm a booking"


@requirement("BKG-CONF-01", operations=CONFIRM, source=f"{SOURCE}, response 200", scenarios=LIFE_CYCLE)
def confirm_succeeds(evidence: Evidence) -> None:
    """Confirming a pending booking is answered 200."""
    for seen in evidence.seen("valid", case=FIRST_TIME):
        evidence.expect_status(seen, 200)


@requirement("BKG-CONF-02", operations=CONFIRM, source=f"{SOURCE}, schema Booking", scenarios=LIFE_CYCLE)
def answer_is_a_confirmed_booking(evidence: Evidence) -> None:
    """The answer is a booking that is confirmed, with all its members."""
    for seen in evidence.seen("valid", case=FIRST_TIME, where=lambda seen: seen.status == 200):
        evidence.expect_contract(seen, "response_schema_conformance")


@requirement("BKG-CONF-03", operations=CONFIRM, source=f"{SOURCE}, schema Booking", scenarios=LIFE_CYCLE)
def answer_is_the_booking_of_the_path(evidence: Evidence) -> None:
    """The answer is the booking that the path names."""
    for seen in evidence.seen("valid", case=FIRST_TIME, where=lambda seen: seen.status == 200):
        shown = member(seen, "id")
        evidence.expect(
            seen,
            holds=shown == seen.probe.appointment,
            code="another-id",
            expected=f"id {seen.probe.appointment}",
            actual=f"id {shown!r}",
        )


@requirement("BKG-CONF-04", operations=CONFIRM, source=f"{SOURCE}, response 409", scenarios=LIFE_CYCLE)
def confirm_again_is_a_conflict(evidence: Evidence) -> None:
    """Confirming a booking that is confirmed already is answered 409."""
    for seen in evidence.seen("valid", case=AGAIN):
        evidence.expect_status(seen, 409)


@requirement("BKG-CONF-05", operations=CONFIRM, source="Bookings, Read a booking", scenarios=LIFE_CYCLE)
def read_shows_the_confirmation(evidence: Evidence) -> None:
    """A read after the confirmation shows a confirmed booking, where reads are served."""
    looks = evidence.seen("read", moment=Moment.AFTER)[-1:]
    if looks and looks[0].status != 200:
        raise NotApplicable("the target serves no reads")
    for seen in looks:
        status = member(seen, "status")
        evidence.expect(
            seen, holds=status == "confirmed", code="not-confirmed", expected="`confirmed`", actual=f"{status!r}"
        )
