"""Omneo: the body as a whole."""

from __future__ import annotations

from typing import Final

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.probes import cases_of
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.traffic.case import NEGATIVE

BOTH = ("link", "unlink")
WHOLE_BODY: Final = cases_of("body")
SCALARS: Final = cases_of("body", "null", "string", "number", "boolean")
REFUSALS = ("essentials", "refusals of {operation}")


@requirement(
    "OMN-BODY-01",
    reads=("/requestBody/required", places.status("422")),
    operations=BOTH,
    source="Omneo, Unlink Appointment, requestBody: required; RFC 9110, sections 15.5.1 and 15.5.21",
    scenarios=REFUSALS,
)
def malformed_json_is_refused(evidence: Evidence) -> None:
    """A body that is empty or not JSON is refused with 400 or 422.

    The page requires a body. RFC 9110 has 400 for a request that cannot be read, and 422 for one that can be read and
    not be carried out.
    """
    for seen in evidence.seen("malformed"):
        evidence.expect_status(seen, 400, 422)


@requirement(
    "OMN-BODY-02",
    reads=(f"{places.BODY}/type", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, type: object",
    scenarios=REFUSALS,
)
def body_is_an_object(evidence: Evidence) -> None:
    """A body that is an array or an object without members is refused with 422, null or a scalar with 400 or 422.

    To parsers that go by RFC 4627, section 2, a JSON text is an object or an array, and anything else malformed.
    """
    for seen in evidence.seen("near-miss", case=WHOLE_BODY):
        is_scalar = seen.probe.case.known in SCALARS
        evidence.expect_status(seen, *((400, 422) if is_scalar else (422,)))


@requirement(
    "OMN-BODY-03",
    reads=(places.BODY, places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction",
    scenarios=("generated {operation}",),
)
def body_that_breaks_the_schema_is_refused(evidence: Evidence) -> None:
    """Any generated object that the contract's schema rejects is refused with 422.

    The schema is an object that requires two texts, `type` and `id`, and enumerates the first.
    """
    for seen in evidence.seen("generated", case=NEGATIVE):
        evidence.expect_contract(seen, "negative_data_rejection")
