"""Bookings: who may not confirm, and what cannot be confirmed."""

from __future__ import annotations

from appointment_conformance.api import (
    ABSENT,
    Evidence,
    check_near_misses_of_id,
    check_no_server_error,
    check_nobody,
    check_out_of_reach,
    check_token_without_permission,
    requirement,
)

CONFIRM = ("confirm",)
SOURCE = "Bookings, Confirm a booking"
CREDENTIALS = ("preflight", "credentials")


@requirement("BKG-PATH-01", operations=CONFIRM, source=f"{SOURCE}, response 404", scenarios=("preflight",))
def absent_booking_is_not_found(evidence: Evidence) -> None:
    """Confirming a booking that does not exist is answered 404."""
    for seen in evidence.seen("path", case=ABSENT):
        evidence.expect_status(seen, 404)


@requirement("BKG-PATH-02", operations=CONFIRM, source=f"{SOURCE}, response 404", scenarios=("life cycle", "paths"))
def near_miss_is_not_taken_for_a_booking(evidence: Evidence) -> None:
    """Text that is nearly the id of a booking is refused, and never taken for the booking."""
    check_near_misses_of_id(evidence, served={409})


@requirement("BKG-AUTH-01", operations=CONFIRM, source=f"{SOURCE}, response 401", scenarios=CREDENTIALS)
def wrong_credentials(evidence: Evidence) -> None:
    """A request without valid credentials is answered 401."""
    check_nobody(evidence, 401)


@requirement("BKG-AUTH-02", operations=CONFIRM, source=f"{SOURCE}, response 403", scenarios=CREDENTIALS)
def token_without_permission(evidence: Evidence) -> None:
    """A request with a valid token that may not confirm bookings is answered 403."""
    check_token_without_permission(evidence, 403, permission="the right to confirm bookings")


@requirement("BKG-OWN-01", operations=CONFIRM, source=f"{SOURCE}, response 404", scenarios=("accounts",))
def foreign_booking_is_not_found(evidence: Evidence) -> None:
    """Confirming a booking of another account is answered 404."""
    check_out_of_reach(evidence, 404)


@requirement("BKG-ERR-01", operations=CONFIRM, source="RFC 9110, section 15.6")
def no_server_error(evidence: Evidence) -> None:
    """No request is answered with a 5xx."""
    check_no_server_error(evidence)
