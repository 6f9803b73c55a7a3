"""Omneo: two clients at the same instant. The next link's answer tells what is left."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement
from appointment_conformance.traffic.answer import links_of
from appointment_conformance.traffic.probe import Link
from appointment_conformance.traffic.recording import Seen

from .unlinking import found_nothing_linked

RACES = ("races",)


@requirement(
    "OMN-RACE-01",
    operations=("link",),
    source="Omneo, official SDK, appointments: linking is idempotent",
    scenarios=RACES,
)
def test_two_links_at_once_leave_one_entry(evidence: Evidence) -> None:
    """Two links of one target at the same instant leave exactly one entry."""
    for look, links, raced in _looks(evidence, "link/after-two-links-at-once", "race/1"):
        # None at all says that a link does not last: another requirement's business.
        if count := links.count(raced):
            evidence.expect(look, holds=count == 1, expected=f"{raced[1]} once", actual=f"{count} times")


@requirement(
    "OMN-RACE-02",
    operations=("unlink",),
    source="Omneo, Link and Unlink Appointment",
    scenarios=RACES,
)
def test_link_and_unlink_at_once_are_consistent(evidence: Evidence) -> None:
    """A link and an unlink of one target at the same instant both succeed, and leave one entry or none."""
    for seen in evidence.everything:
        if seen.judged and seen.probe.name.endswith("race/both") and not found_nothing_linked(evidence, seen):
            evidence.expect(
                seen, holds=200 <= (seen.status or 0) < 300, expected="success", actual=f"status {seen.status}"
            )
    for look, links, raced in _looks(evidence, "link/after-link-and-unlink-at-once", "race/both"):
        others = [link for link in look.probe.before or () if link != raced]
        evidence.expect(
            look,
            holds=links.count(raced) <= 1 and all(link in links for link in others),
            expected=f"{raced[1]} at most once, and the other links as they were",
            actual=f"{links.count(raced)} times, beside {len(set(links) - {raced})} others",
        )


def _looks(evidence: Evidence, look: str, race: str) -> list[tuple[Seen, tuple[Link, ...], Link]]:
    """Every look at the links after a race, with those links and the link that was raced for."""
    raced = [seen.probe.link for seen in evidence.everything if seen.probe.name.endswith(race) and seen.probe.link]
    return [
        (seen, links, raced[0])
        for seen in evidence.everything
        if seen.probe.name == look and raced and (links := links_of(seen)) is not None
    ]
