"""Omneo: two clients at the same instant. The next link's answer tells what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.codes import LOST_LINK, REPEATED_LINK
from appointment_conformance.apis.omneo.links import Link, facts_of, links_of, listed
from appointment_conformance.apis.omneo.races import BOTH, TWO_LINKS, Race
from appointment_conformance.apis.omneo.unlinking import found_nothing_linked
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.traffic.recording import ProbeResult

SCENARIOS = ("races",)


@requirement(
    "OMN-RACE-01",
    operations=("link",),
    source="Omneo, official SDK, appointments: linking is idempotent",
    scenarios=SCENARIOS,
)
def two_links_at_once_leave_one_entry(evidence: Evidence) -> None:
    """Two links of one target at the same instant leave exactly one entry.

    The vendor's client says that linking once more changes nothing, and its own test expects one entry.
    """
    for look, links, raced in _rounds(evidence, TWO_LINKS):
        # None at all says that a link does not last: another requirement's business.
        counts = [(link, count) for link in raced if (count := links.count(link))]
        twice = [link for link, count in counts if count > 1]
        if counts:
            evidence.expect(
                look,
                holds=not twice,
                code=REPEATED_LINK,
                expected="one entry a target",
                actual=f"more for {listed(twice)}",
            )


@requirement(
    "OMN-RACE-02",
    reads=(places.DESCRIPTION,),
    operations=("unlink",),
    source="Omneo, Link and Unlink Appointment",
    scenarios=SCENARIOS,
)
def link_and_unlink_at_once_are_consistent(evidence: Evidence) -> None:
    """A link and an unlink of one target at the same instant both succeed, and leave one entry or none.

    The pages have no answer for an action that meets another.
    """
    for seen in evidence.everything:
        if seen.judged and seen.probe.case == BOTH.case and not found_nothing_linked(evidence, seen):
            evidence.expect_success(seen)
    for look, links, raced in _rounds(evidence, BOTH):
        gone = [link for link in facts_of(look).before or () if link not in raced and link not in links]
        twice = [link for link in raced if links.count(link) > 1]
        evidence.expect(
            look,
            holds=not gone and not twice,
            code=(*([LOST_LINK] if gone else []), *([REPEATED_LINK] if twice else [])),
            expected="at most one entry a target, and the other links as they were",
            actual=f"more for {listed(twice)}, and without {listed(gone)}",
        )


def _rounds(evidence: Evidence, race: Race) -> Iterator[tuple[ProbeResult, tuple[Link, ...], tuple[Link, ...]]]:
    """Every look after a round of pairs, with its links and those that were raced for, both answers being there."""
    answered: Counter[Link] = Counter()
    for seen in evidence.everything:
        link = facts_of(seen).link
        if seen.probe.case == race.case and link and seen.judged:
            answered[link] += 1
        elif seen.probe.moment == race.look:
            raced, links = tuple(link for link in answered if answered[link] == len(race.actions)), links_of(seen)
            answered.clear()
            if raced and links is not None:
                yield seen, links, raced
