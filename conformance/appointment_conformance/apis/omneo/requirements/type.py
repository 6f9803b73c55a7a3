"""Omneo: the `type` of a link action."""

from __future__ import annotations

from typing import Final

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.probes import cases_of
from appointment_conformance.engine import Evidence, requirement

#: Aliases in another case than the page's, any other unknown type, and types that are no string or missing.
OTHER_CASE: Final = cases_of("type", "upper-case", "upper-case-first")
UNKNOWN: Final = cases_of("type", rule="type-alias") - OTHER_CASE
NO_STRING: Final = cases_of("type", rule="type-string")
MISSING: Final = cases_of("type", rule="type-required")
BOTH = ("link", "unlink")
REFUSALS = ("preflight", "essentials", "refusals of {operation}")


@requirement(
    "OMN-TYPE-01",
    reads=(f"{places.TYPE}/enum", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, type: enum",
    scenarios=REFUSALS,
)
def unknown_type_is_refused(evidence: Evidence) -> None:
    """A type that is none of the enumerated aliases is refused with 422.

    The page enumerates `profile` and `list`.
    """
    for seen in evidence.seen("near-miss", case=UNKNOWN):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-TYPE-02",
    reads=(f"{places.TYPE}/enum", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, type: enum",
    scenarios=REFUSALS,
)
def aliases_are_case_sensitive(evidence: Evidence) -> None:
    """An alias in any other case than the enumerated one is refused with 422.

    The page enumerates `profile` and `list`.
    """
    for seen in evidence.seen("near-miss", case=OTHER_CASE):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-TYPE-03",
    reads=(f"{places.TYPE}/type", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, type: string",
    scenarios=REFUSALS,
)
def type_is_a_string(evidence: Evidence) -> None:
    """A type that is a JSON number, boolean, array or object is refused with 422."""
    for seen in evidence.seen("near-miss", case=NO_STRING):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-TYPE-04",
    reads=(f"{places.BODY}/required", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, required",
    scenarios=REFUSALS,
)
def type_is_required(evidence: Evidence) -> None:
    """A missing or null type is refused with 422.

    The page requires both `type` and `id`.
    """
    for seen in evidence.seen("near-miss", case=MISSING):
        evidence.expect_status(seen, 422)
