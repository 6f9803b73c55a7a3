"""Omneo: what an unlink does. Reads never show links, so the answer to the next link is evidence."""

from __future__ import annotations

from collections.abc import Callable

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.codes import LOST_LINK, UNEXPECTED_LINK
from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.apis.omneo.links import Link, facts_of, links_of, listed
from appointment_conformance.codes import status_code
from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.traffic.answer import header
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult

UNLINK = ("unlink",)
LIFE_CYCLE = ("life cycle", "aftermath")
SOURCE = "Omneo, Unlink Appointment, description"


@requirement(
    "OMN-UNLINK-01",
    reads=("/responses/204",),
    operations=UNLINK,
    source="Omneo, Unlink Appointment, response 204; RFC 9110, section 15.3.5",
    scenarios=LIFE_CYCLE,
)
def no_content_is_no_content(evidence: Evidence) -> None:
    """The 204 of an unlink has no byte of content on the wire.

    By RFC 9110 a 204 has no content, and the page describes none.
    """
    for seen in _unlinked(evidence):
        response = seen.response
        content = response.body + response.stray if response else b""
        evidence.expect(
            seen,
            holds=not content,
            code="unexpected-content",
            expected="no content",
            actual=f"{len(content)} bytes of content",
        )


@requirement("OMN-UNLINK-02", reads=(places.DESCRIPTION,), operations=UNLINK, source=SOURCE, scenarios=LIFE_CYCLE)
def unlinked_target_is_gone(evidence: Evidence) -> None:
    """The link that was taken away is gone.

    The page speaks of taking the link between this appointment and one other record away, and of nothing else.
    """
    for seen, links, _ in _after(evidence):
        gone = [link for link in facts_of(seen).unlinked if link != facts_of(seen).link]
        if gone:
            evidence.expect(
                seen,
                holds=not any(link in links for link in gone),
                code=UNEXPECTED_LINK,
                expected=f"no link to {listed(gone)}",
                actual=listed(links),
                shows=evidence.sent("valid"),
            )


@requirement("OMN-UNLINK-03", reads=(places.DESCRIPTION,), operations=UNLINK, source=SOURCE, scenarios=LIFE_CYCLE)
def links_of_the_same_type_stay(evidence: Evidence) -> None:
    """Other links of the same type stay.

    The page speaks of taking the link between this appointment and one other record away, and of nothing else.
    """
    evidence.need(fixtures_of(evidence.target).lists, "add a list to fixtures.lists.")
    _expect_kept(evidence, lambda kept, unlinked: kept in unlinked)


@requirement("OMN-UNLINK-04", reads=(places.DESCRIPTION,), operations=UNLINK, source=SOURCE, scenarios=LIFE_CYCLE)
def links_of_the_other_type_stay(evidence: Evidence) -> None:
    """Links of the other type stay.

    The page speaks of taking the link between this appointment and one other record away, and of nothing else.
    """
    evidence.need(fixtures_of(evidence.target).lists, "add a list to fixtures.lists.")
    _expect_kept(evidence, lambda kept, unlinked: kept not in unlinked)


@requirement("OMN-UNLINK-05", reads=(places.DESCRIPTION,), operations=UNLINK, source=SOURCE, scenarios=LIFE_CYCLE)
def appointment_survives(evidence: Evidence) -> None:
    """The appointment survives an unlink: it can be linked again.

    The page speaks of taking the link between this appointment and one other record away, and of nothing else.
    """
    for seen in _links(evidence):
        if facts_of(seen).unlinked:
            evidence.expect(
                seen,
                holds=seen.status not in NOT_FOUND,
                code=status_code(seen.status),
                expected="the appointment is still there",
                actual=f"status {seen.status}",
                shows=evidence.sent("valid"),
            )


@requirement("OMN-UNLINK-06", reads=(places.DESCRIPTION,), operations=UNLINK, source=SOURCE, scenarios=LIFE_CYCLE)
def same_target_elsewhere_stays(evidence: Evidence) -> None:
    """The same target's link on another appointment stays.

    The page speaks of taking the link between this appointment and one other record away, and of nothing else.
    """
    evidence.need(evidence.target.fixtures.appointments[1:], "add a second appointment to fixtures.appointments.")
    for seen in _links(evidence):
        links, before = links_of(seen), facts_of(seen).before
        if "unlink" in facts_of(seen).elsewhere and links is not None and before is not None:
            evidence.expect(
                seen,
                holds=all(link in links for link in before),
                code=LOST_LINK,
                expected=listed(before),
                actual=listed(links),
                shows=evidence.sent("valid"),
            )


@requirement(
    "OMN-UNLINK-07", operations=UNLINK, source="RFC 9110, section 8.6", level=SHOULD, scenarios=LIFE_CYCLE, alone=True
)
def no_content_declares_no_length(evidence: Evidence) -> None:
    """The 204 of an unlink carries no Content-Length; servers in wide use add one of zero, so this is advice.

    By RFC 9110 a server sends no Content-Length with a 204.
    """
    for seen in _unlinked(evidence):
        length = header(seen, "content-length")
        evidence.expect(
            seen,
            holds=length is None,
            code="unexpected-header:content-length",
            expected="no header Content-Length",
            actual=f"Content-Length {length}",
        )


def _unlinked(evidence: Evidence) -> tuple[ProbeResult, ...]:
    return evidence.seen("valid", where=lambda seen: seen.status == 204)


def _links(evidence: Evidence) -> list[ProbeResult]:
    """The valid links of the run: they are what shows an unlink's effect."""
    return [
        answer
        for answer in evidence.everything
        if answer.judged and answer.probe.kind == "valid" and answer.probe.operation == "link"
    ]


def _after(evidence: Evidence) -> list[tuple[ProbeResult, tuple[Link, ...], tuple[Link, ...]]]:
    """Every answer that shows the links after an unlink, with those links and the ones known before."""
    return [
        (seen, links, before)
        for seen in _links(evidence)
        if facts_of(seen).unlinked
        and not facts_of(seen).elsewhere
        and (before := facts_of(seen).before) is not None
        and (links := links_of(seen)) is not None
    ]


def _expect_kept(evidence: Evidence, belongs: Callable[[str, set[str]], bool]) -> None:
    for seen, links, before in _after(evidence):
        types = {type_ for type_, _ in facts_of(seen).unlinked}
        # The link that the probe itself makes proves nothing.
        others = [link for link in before if link not in facts_of(seen).unlinked and link != facts_of(seen).link]
        kept = [link for link in others if len(types) == 1 and belongs(link[0], types)]
        if kept:
            evidence.expect(
                seen,
                holds=all(link in links for link in kept),
                code=LOST_LINK,
                expected=f"still {listed(kept)}",
                actual=listed(links),
                shows=evidence.sent("valid"),
            )
