"""Omneo: what a right request gets."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement
from appointment_conformance.traffic.answer import id_text, json_of

from .unlinking import found_nothing_linked

SUCCESS = {"link": (200, 201), "unlink": (204,)}


@requirement(
    "OMN-OK-01",
    operations=("link", "unlink"),
    source="Omneo, Unlink Appointment, response 204; Link Appointment, sample response",
    scenarios=("life cycle", "generated {operation}"),
)
def test_valid_action_is_accepted(evidence: Evidence) -> None:
    """A valid type and id on an existing appointment are accepted: link with 200 or 201, unlink with 204.

    No page says what an unlink of what is not linked is answered.
    """
    evidence.expect_answers("valid")
    for seen in evidence.seen("valid", where=lambda seen: not found_nothing_linked(evidence, seen)):
        evidence.expect_status(seen, *SUCCESS[evidence.operation])
    generated = evidence.seen("generated", of="positive", where=lambda seen: not found_nothing_linked(evidence, seen))
    for seen in generated:
        evidence.expect_contract(seen, "positive_data_acceptance")


@requirement(
    "OMN-OK-02",
    operations=("link",),
    source="Omneo, Link Appointment, sample response",
    scenarios=("life cycle",),
)
def test_link_answers_the_appointment(evidence: Evidence) -> None:
    """A link answers with the appointment under `data`, its id and its links as the contract's schema has them."""
    for seen in evidence.seen("valid", where=lambda seen: seen.status in SUCCESS["link"]):
        evidence.expect_contract(seen, "response_schema_conformance")


@requirement(
    "OMN-OK-03",
    operations=("link",),
    source="Omneo, Link Appointment, path parameter",
    scenarios=("life cycle",),
)
def test_link_answers_the_appointment_of_the_path(evidence: Evidence) -> None:
    """The appointment in a link's answer is the one that the path names."""
    for seen in evidence.seen("valid", where=lambda seen: seen.status in SUCCESS["link"]):
        answer = json_of(seen)
        data = answer.get("data") if isinstance(answer, dict) else None
        shown = data.get("id") if isinstance(data, dict) else None
        if shown is not None:
            evidence.expect(
                seen,
                holds=id_text(shown) == seen.probe.appointment,
                expected=f"data.id {seen.probe.appointment}",
                actual=f"data.id {shown}",
            )
