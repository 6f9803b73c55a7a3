"""Omneo: the `type` of a link action."""

from __future__ import annotations

from appointment_conformance.engine import Evidence, requirement

BOTH = ("link", "unlink")
REFUSALS = ("preflight", "essentials", "refusals of {operation}")


@requirement("OMN-TYPE-01", operations=BOTH, source="Omneo, AppointmentLinkAction, type: enum", scenarios=REFUSALS)
def test_unknown_type_is_refused(evidence: Evidence) -> None:
    """A type that is none of the enumerated aliases is refused with 422."""
    for seen in evidence.seen("near-miss", of="type/type-alias", where=lambda seen: "upper-case" not in seen.probe.of):
        evidence.expect_status(seen, 422)


@requirement("OMN-TYPE-02", operations=BOTH, source="Omneo, AppointmentLinkAction, type: enum", scenarios=REFUSALS)
def test_aliases_are_case_sensitive(evidence: Evidence) -> None:
    """An alias in any other case than the enumerated one is refused with 422."""
    for seen in evidence.seen("near-miss", of="type/type-alias", where=lambda seen: "upper-case" in seen.probe.of):
        evidence.expect_status(seen, 422)


@requirement("OMN-TYPE-03", operations=BOTH, source="Omneo, AppointmentLinkAction, type: string", scenarios=REFUSALS)
def test_type_is_a_string(evidence: Evidence) -> None:
    """A type that is a JSON number, boolean, array or object is refused with 422."""
    for seen in evidence.seen("near-miss", of="type/type-string"):
        evidence.expect_status(seen, 422)


@requirement("OMN-TYPE-04", operations=BOTH, source="Omneo, AppointmentLinkAction, required", scenarios=REFUSALS)
def test_type_is_required(evidence: Evidence) -> None:
    """A missing or null type is refused with 422."""
    for seen in evidence.seen("near-miss", of="type/type-required"):
        evidence.expect_status(seen, 422)
