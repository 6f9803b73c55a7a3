"""Omneo: the appointment that the path names."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement

BOTH = ("link", "unlink")


@requirement(
    "OMN-PATH-01", operations=BOTH, source="Omneo, Unlink Appointment, response 404", scenarios=("preflight", "paths")
)
def test_absent_appointment_is_not_found(evidence: Evidence) -> None:
    """An action on an appointment that does not exist is answered 404."""
    for seen in evidence.seen("path", of="absent"):
        evidence.expect_status(seen, 404)


@requirement(
    "OMN-PATH-02",
    operations=BOTH,
    source="Omneo, Unlink Appointment, path parameter: integer",
    scenarios=("essentials", "paths"),
)
def test_near_miss_of_a_number_is_never_served(evidence: Evidence) -> None:
    """Text that only resembles an appointment's number is refused with a 4xx, never taken for the appointment."""
    for seen in evidence.seen("path", where=lambda seen: seen.probe.of != "absent"):
        evidence.expect(
            seen,
            holds=400 <= (seen.status or 0) < 500,
            expected="status 404, or another 4xx",
            actual=f"status {seen.status}",
        )
