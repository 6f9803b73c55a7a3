"""MijnKlantportaal: methods that no page declares."""

from __future__ import annotations

from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.http_rules.refusals import check_undeclared_method


@requirement(
    "MKP-METHOD-01",
    operations=("cancel",),
    source="MijnKlantportaal, Appointments API; RFC 9110, section 15.5.6",
    scenarios=("essentials", "methods"),
)
def undeclared_method_is_refused(evidence: Evidence) -> None:
    """A method that no page declares is refused: with 405 as a rule, or another 4xx, or 501.

    The pages of this API have GET, PATCH and DELETE for this path. RFC 9110 has 405 for a method that a resource does
    not support.
    """
    check_undeclared_method(evidence)
