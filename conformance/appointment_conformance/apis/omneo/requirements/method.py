"""Omneo: methods that the contract does not declare."""

from __future__ import annotations

from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.http_rules.refusals import check_undeclared_method


@requirement(
    "OMN-METHOD-01",
    operations=("link", "unlink"),
    source="Omneo, Link and Unlink Appointment; RFC 9110, section 15.5.6",
    scenarios=("essentials", "methods"),
)
def undeclared_method_is_refused(evidence: Evidence) -> None:
    """Another method than POST is refused: with 405 as a rule, or another 4xx, or 501.

    A 422 says that the action has looked at the body, and serves the method.

    The pages describe POST alone for these paths. RFC 9110 has 405 for a method that a resource does not support.
    """
    check_undeclared_method(evidence, served={422})
