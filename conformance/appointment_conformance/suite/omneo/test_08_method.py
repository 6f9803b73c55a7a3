"""Omneo: methods that the contract does not declare."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement


@requirement(
    "OMN-METHOD-01",
    operations=("link", "unlink"),
    source="Omneo, Link and Unlink Appointment; RFC 9110, section 15.5.6",
    scenarios=("essentials", "methods"),
)
def test_undeclared_method_is_refused(evidence: Evidence) -> None:
    """Another method than POST is refused with 405, or not found, or not implemented."""
    for seen in evidence.seen("method"):
        evidence.expect_status(seen, 405, 404, 501)
