"""Omneo: what a link does."""

from __future__ import annotations

from collections import Counter
from typing import Any

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.codes import LOST_LINK, MISSING_LINK, NEW_LINK, REPEATED_LINK, of_link_type
from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.apis.omneo.links import Link, facts_of, links_of, listed
from appointment_conformance.apis.omneo.sample import are_comparable, record_id, same
from appointment_conformance.engine import Evidence, NotApplicable, requirement
from appointment_conformance.traffic.answer import id_text, member
from appointment_conformance.traffic.recording import ProbeResult
from appointment_strategies.omneo import is_list_id

#: Where a link of each type carries the record of its target.
CARRIED = {"profile": "profile", "list": "linkable"}
SOURCE = "Omneo, Link Appointment, sample response: links"


@requirement(
    "OMN-LINK-01",
    reads=(places.LINKS,),
    operations=("link",),
    source=SOURCE,
    scenarios=("life cycle", "aftermath", "credentials"),
)
def new_link_appears_once(evidence: Evidence) -> None:
    """A new link appears exactly once in the answer, with the type and the id that were sent.

    The sample has `links` as a list, each entry with its type and the id of its target.
    """
    for seen, links, _ in _shown(evidence):
        if not _again(seen):
            _expect_once(evidence, seen, links)


@requirement(
    "OMN-LINK-02",
    operations=("link",),
    source="Omneo, official SDK, appointments: linking is idempotent",
    scenarios=("life cycle",),
)
def linking_again_leaves_one_entry(evidence: Evidence) -> None:
    """Linking what is linked already succeeds, and leaves exactly one entry for it.

    The vendor's client says that linking once more changes nothing, and its own test expects one entry.
    """
    for seen in evidence.seen("valid", where=_again):
        evidence.expect_success(seen)
    for seen, links, _ in _shown(evidence):
        if _again(seen):
            _expect_once(evidence, seen, links)


@requirement("OMN-LINK-03", reads=(places.LINKS,), operations=("link",), source=SOURCE, scenarios=("life cycle",))
def second_target_leaves_the_first(evidence: Evidence) -> None:
    """Linking one target leaves the links to others in place.

    The sample has one list, in which stand all links of the one appointment.
    """
    for seen, links, before in _shown(evidence):
        others = [link for link in before if link != facts_of(seen).link]
        if others and not facts_of(seen).unlinked and not facts_of(seen).elsewhere:
            evidence.expect(
                seen,
                holds=all(link in links for link in others),
                code=LOST_LINK,
                expected=f"the links that were there before: {listed(others)}",
                actual=listed(links),
            )


@requirement(
    "OMN-LINK-04", reads=(places.LINKS,), operations=("link",), source=SOURCE, scenarios=("life cycle", "aftermath")
)
def links_of_other_appointments_stay_apart(evidence: Evidence) -> None:
    """A link on one appointment leaves the links of every other as they are.

    The sample has one list, in which stand all links of the one appointment.
    """
    evidence.need(evidence.target.fixtures.appointments[1:], "add a second appointment to fixtures.appointments.")
    for seen, links, before in _shown(evidence):
        if "link" in facts_of(seen).elsewhere:
            there, shown = {*before} - {facts_of(seen).link}, {*links} - {facts_of(seen).link}
            lost = there - facts_of(seen).unlinked - shown if facts_of(seen).elsewhere == {"link"} else set()
            evidence.expect(
                seen,
                holds=not lost and not shown - there,
                code=(*([LOST_LINK] if lost else []), *([NEW_LINK] if shown - there else [])),
                expected=f"beside the new link those that were there: {listed(sorted(there))}",
                actual=listed(links),
            )


@requirement(
    "OMN-LINK-05",
    reads=(f"{places.LINKS}/items/properties/id",),
    operations=("link",),
    source=f"{SOURCE}[].id",
    scenarios=("life cycle",),
    alone=True,
)
def every_link_has_an_id_of_its_own(evidence: Evidence) -> None:
    """No two links in an answer share an id within a type.

    Each entry of the sample has an id of its own.
    """
    answers = _entries(evidence)
    if answers and not any(entry.get("id") is not None for _, entries in answers for entry in entries):
        raise NotApplicable("no link shows an id of its own")
    for seen, entries in answers:
        ids = [(str(entry.get("type")), id_text(entry["id"])) for entry in entries if entry.get("id") is not None]
        shared = [pair for pair, count in Counter(ids).items() if count > 1]
        if len(ids) > 1:
            evidence.expect(
                seen,
                holds=not shared,
                code="shared-link-id",
                expected="a different id for each link",
                actual=f"shared: {listed(shared)}",
            )


@requirement(
    "OMN-LINK-06",
    reads=(f"{places.LINKS}/items/properties/profile", f"{places.LINKS}/items/properties/linkable"),
    operations=("link",),
    source=f"{SOURCE}[].profile, links[].linkable",
    scenarios=("life cycle",),
    alone=True,
)
def link_carries_the_record_of_its_type(evidence: Evidence) -> None:
    """A link to a list carries no profile, and a link to a profile no list.

    That `linkable` of a link to a profile is the profile once more is no deviation: no page says what it is there.

    Each entry of the sample has the profile, and the record that it links to as `linkable`.
    """
    lists = fixtures_of(evidence.target).lists
    for seen, entries in _entries(evidence):
        wrong = [entry for entry in entries if _carries_another(entry, lists)]
        evidence.expect(
            seen,
            holds=not wrong,
            code="record-of-another-type",
            expected="no profile beside a list, and no list beside a profile",
            actual=f"both for {listed((str(entry.get('type')), id_text(entry.get('target_id'))) for entry in wrong)}",
        )


@requirement(
    "OMN-LINK-07",
    reads=(f"{places.LINKS}/items/properties/profile", f"{places.LINKS}/items/properties/linkable"),
    operations=("link",),
    source=f"{SOURCE}[].profile, links[].linkable",
    scenarios=("life cycle",),
    alone=True,
)
def link_carries_its_own_target(evidence: Evidence) -> None:
    """The profile of a link to a profile, and what a link to a list links to, has the id of the link's target.

    Each entry of the sample has the profile, and the record that it links to as `linkable`.
    """
    answers = _entries(evidence)
    told = [(seen, pairs) for seen, entries in answers if (pairs := _carried(entries))]
    if answers and not told:
        raise NotApplicable("no link carries the record of its target")
    for seen, pairs in told:
        wrong = [f"id {carried} for target {target}" for carried, target in pairs if not same(carried, target)]
        evidence.expect(
            seen,
            holds=not wrong,
            code="record-of-another-target",
            expected="records of the targets",
            actual=", ".join(wrong),
        )


def _carried(entries: list[dict[str, Any]]) -> list[tuple[object, object]]:
    """The ids of the records that links carry, each with the link's target, where both are there and of one form."""
    pairs = [
        (record_id(entry.get(CARRIED.get(str(entry.get("type")), ""))), entry.get("target_id")) for entry in entries
    ]
    return [(carried, target) for carried, target in pairs if are_comparable(carried, target)]


def _entries(evidence: Evidence) -> list[tuple[ProbeResult, list[dict[str, Any]]]]:
    """Every answer to a valid link with its links, as they are."""
    found = []
    for seen in evidence.seen("valid"):
        data = member(seen, "data")
        links = data.get("links") if isinstance(data, dict) else None
        if isinstance(links, list) and links and all(isinstance(link, dict) for link in links):
            found.append((seen, links))
    return found


def _carries_another(link: dict[str, Any], lists: tuple[str, ...]) -> bool:
    if link.get("type") == "list":
        return bool(link.get("profile"))
    linkable = link.get("linkable")
    return link.get("type") == "profile" and isinstance(linkable, dict) and _is_list(linkable, lists)


def _is_list(record: dict[str, Any], lists: tuple[str, ...]) -> bool:
    """Whether it is a list: one of the fixtures, or a record with a number for its id and what lists have besides."""
    identifier = id_text(record.get("id"))
    has_form = is_list_id(identifier) and any(record.get(name) for name in ("handle", "profile_id"))
    return identifier in lists or has_form


def _again(seen: ProbeResult) -> bool:
    facts = facts_of(seen)
    return facts.before is not None and facts.link in facts.before and facts.link not in facts.unlinked


def _shown(evidence: Evidence) -> list[tuple[ProbeResult, tuple[Link, ...], tuple[Link, ...]]]:
    """Every answer to a valid link that shows its links, with those links and the ones known before."""
    return [
        (seen, links, before)
        for seen in evidence.seen("valid")
        if (links := links_of(seen)) is not None and (before := facts_of(seen).before) is not None
    ]


def _unknown_types(links: tuple[Link, ...]) -> list[str]:
    """The codes of the types of links that no document names."""
    return sorted({of_link_type(type_) for type_, _ in links if type_ not in CARRIED})


def _expect_once(evidence: Evidence, seen: ProbeResult, links: tuple[Link, ...]) -> None:
    link = facts_of(seen).link
    evidence.expect(
        seen,
        holds=links.count(link) == 1 if link else False,
        code=(REPEATED_LINK if link in links else MISSING_LINK, *_unknown_types(links)),
        expected=f"{listed([link] if link else [])} once among data.links",
        actual=listed(links),
    )
