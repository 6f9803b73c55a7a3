"""Omneo: the `id` of a link action, whose form depends on the type."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement
from appointment_conformance.traffic.recording import Seen

BOTH = ("link", "unlink")
REFUSALS = ("essentials", "refusals of {operation}")
#: Integer literals that no column holds: what they name does not exist, so 404 says as much as 422.
BEYOND = ("beyond-64-bits", "very-long")


@requirement("OMN-ID-01", operations=BOTH, source="Omneo, AppointmentLinkAction, required", scenarios=REFUSALS)
def test_id_is_required(evidence: Evidence) -> None:
    """A missing, null or empty id is refused with 422."""
    for seen in (
        *evidence.seen("near-miss", of="profile id/id-required"),
        *evidence.seen("near-miss", of="list id/id-required"),
    ):
        evidence.expect_status(seen, 422)


@requirement("OMN-ID-02", operations=BOTH, source="Omneo, AppointmentLinkAction, id: string", scenarios=REFUSALS)
def test_id_is_a_string(evidence: Evidence) -> None:
    """An id that is a JSON array, object or boolean, or a number for a profile, is refused with 422."""
    for seen in (
        *evidence.seen("near-miss", of="profile id/id-string"),
        *evidence.seen("near-miss", of="list id/id-string"),
    ):
        evidence.expect_status(seen, 422)


@requirement("OMN-ID-03", operations=BOTH, source="Omneo, AppointmentLinkAction, description", scenarios=REFUSALS)
def test_profile_id_is_uuid_text(evidence: Evidence) -> None:
    """An id that is not UUID text is refused with 422 for type `profile`."""
    for seen in evidence.seen("near-miss", of="profile id/id-form"):
        evidence.expect_status(seen, 422)


@requirement("OMN-ID-04", operations=BOTH, source="Omneo, AppointmentLinkAction, description", scenarios=REFUSALS)
def test_list_id_is_an_integer_literal(evidence: Evidence) -> None:
    """An id that is not an integer literal is refused with 422 for type `list`."""
    evidence.need(evidence.target.fixtures.lists, "add a list to fixtures.lists.")
    for seen in evidence.seen("near-miss", of="list id/id-form", where=lambda seen: not _is_beyond(seen)):
        evidence.expect_status(seen, 422)


@requirement("OMN-ID-05", operations=BOTH, source="Omneo, AppointmentLinkAction, description", scenarios=REFUSALS)
def test_list_id_beyond_any_column_is_refused(evidence: Evidence) -> None:
    """A list id beyond 64 bits is refused with 404 or 422: it is never taken for the number it wraps to."""
    evidence.need(evidence.target.fixtures.lists, "add a list to fixtures.lists.")
    for seen in evidence.seen("near-miss", of="list id/id-form", where=_is_beyond):
        evidence.expect_status(seen, 404, 422)


def _is_beyond(seen: Seen) -> bool:
    """Whether the probe is of a class in BEYOND; a drawn one has a number after the name."""
    return seen.probe.of.rsplit("/", 1)[-1].split("#")[0] in BEYOND
