"""MijnKlantportaal: methods that no page declares."""

from __future__ import annotations

from appointment_conformance.codes import status_code
from appointment_conformance.engine import Evidence, requirement


@requirement(
    "MKP-METHOD-01",
    operations=("cancel",),
    source="MijnKlantportaal, Appointments API; RFC 9110, section 15.5.6",
    scenarios=("essentials", "methods"),
)
def test_undeclared_method_is_refused(evidence: Evidence) -> None:
    """A method that no page declares is refused: with 405 as a rule, or another 4xx, or 501.

    The pages of this API have GET, PATCH and DELETE for this path. RFC 9110 has 405 for a method that a resource does
    not support.
    """
    for seen in evidence.seen("method"):
        holds = 400 <= (seen.status or 0) < 500 or seen.status == 501
        evidence.expect(
            seen,
            holds=holds,
            code=status_code(seen.status),
            expected="status 405",
            actual=f"status {seen.status}",
        )
