"""Bookings: who may not confirm, and what cannot be confirmed."""

from __future__ import annotations

from appointment_conformance.api import (
    ABSENT,
    Evidence,
    check_nobody,
    check_out_of_reach,
    check_token_without_permission,
    requirement,
)

CONFIRM = ("confirm",)
SOURCE = "Bookings, Confirm a booking"
CREDENTIALS = ("preflight", "credentials")


@requirement("BKG-PATH-01", operations=CONFIRM, source=f"{SOURCE}, response 404", scenarios=("preflight",))
def test_absent_booking_is_not_found(evidence: Evidence) -> None:
    """Confirming a booking that does not exist is answered 404."""
    for seen in evidence.seen("path", case=ABSENT):
        evidence.expect_status(seen, 404)


@requirement("BKG-PATH-02", operations=CONFIRM, source=f"{SOURCE}, response 404", scenarios=("life cycle", "paths"))
def test_near_miss_is_not_found(evidence: Evidence) -> None:
    """Text that is nearly the id of a booking is answered 400 or 404, never taken for the booking."""
    for seen in evidence.seen("path", where=lambda seen: seen.probe.case != ABSENT):
        evidence.expect_status(seen, 400, 404)


@requirement("BKG-AUTH-01", operations=CONFIRM, source=f"{SOURCE}, response 401", scenarios=CREDENTIALS)
def test_wrong_credentials(evidence: Evidence) -> None:
    """A request without valid credentials is answered 401."""
    check_nobody(evidence, 401)


@requirement("BKG-AUTH-02", operations=CONFIRM, source=f"{SOURCE}, response 403", scenarios=CREDENTIALS)
def test_token_without_permission(evidence: Evidence) -> None:
    """A request with a valid token that may not confirm bookings is answered 403."""
    check_token_without_permission(evidence, 403)


@requirement("BKG-OWN-01", operations=CONFIRM, source=f"{SOURCE}, response 404", scenarios=("accounts",))
def test_foreign_booking_is_not_found(evidence: Evidence) -> None:
    """Confirming a booking of another account is answered 404."""
    check_out_of_reach(evidence, 404)


@requirement("BKG-ERR-01", operations=CONFIRM, source="RFC 9110, section 15.6")
def test_no_server_error(evidence: Evidence) -> None:
    """No request is answered with a 5xx."""
    for seen in evidence.seen():
        evidence.expect(
            seen,
            holds=(seen.status or 0) < 500,
            code="server-error",
            expected="a status below 500",
            actual=f"status {seen.status}",
        )
