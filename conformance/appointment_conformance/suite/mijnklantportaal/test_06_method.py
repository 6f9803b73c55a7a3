"""MijnKlantportaal: methods that no page declares."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement


@requirement(
    "MKP-METHOD-01",
    operations=("cancel",),
    source="MijnKlantportaal, Appointments API; RFC 9110, section 15.5.6",
    scenarios=("essentials", "methods"),
)
def test_undeclared_method_is_refused(evidence: Evidence) -> None:
    """A method that no page declares is refused with 405, or not found, or not implemented."""
    for seen in evidence.seen("method"):
        evidence.expect_status(seen, 405, 404, 501)
