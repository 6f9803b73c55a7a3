"""Omneo: what a right request gets."""

from __future__ import annotations

from typing import Any

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.sample import (
    APPOINTMENT,
    LINK,
    RECORDS,
    are_comparable,
    differing,
    mistyped,
    record_id,
    same,
)
from appointment_conformance.apis.omneo.unlinking import found_nothing_linked
from appointment_conformance.codes import at_each, of_id
from appointment_conformance.engine import SHOULD, Evidence, NotApplicable, requirement
from appointment_conformance.traffic.answer import id_text, json_of
from appointment_conformance.traffic.case import POSITIVE, Moment
from appointment_conformance.traffic.recording import ProbeResult

SUCCESS = {"link": (200, 201), "unlink": (204,)}
#: An answer with the appointment that it shows.
Answered = tuple[ProbeResult, dict[str, Any]]
SAMPLE = "Omneo, Link Appointment, sample response"


@requirement(
    "OMN-OK-01",
    reads=(places.BODY, places.status("2*")),
    operations=("link", "unlink"),
    source="Omneo, Unlink Appointment, response 204; Link Appointment, sample response",
    scenarios=("life cycle", "generated {operation}"),
    alone=True,
)
def valid_action_is_accepted(evidence: Evidence) -> None:
    """A valid type and id on an existing appointment are accepted: link with 200 or 201, unlink with 204.

    No page says how an unlink is answered if there is no link.

    The pages describe 204 alone for an unlink, and show the answer to a link without its status.
    """
    evidence.expect_answers("valid")
    for seen in evidence.seen("valid", where=lambda seen: not found_nothing_linked(evidence, seen)):
        evidence.expect_status(seen, *SUCCESS[evidence.operation])
    generated = evidence.seen("generated", case=POSITIVE, where=lambda seen: not found_nothing_linked(evidence, seen))
    for seen in generated:
        evidence.expect_contract(seen, "positive_data_acceptance")


@requirement(
    "OMN-OK-02",
    reads=(places.ANSWER, places.status("2*")),
    operations=("link",),
    source="Omneo, Link Appointment, sample response",
    scenarios=("life cycle",),
    alone=True,
)
def link_answers_the_appointment(evidence: Evidence) -> None:
    """A link answers with the appointment under `data`, its id and its links as the contract's schema has them.

    The sample is an object whose `data` is the appointment, with its `links` as a list.
    """
    for seen in evidence.seen("valid", where=lambda seen: seen.status in SUCCESS["link"]):
        evidence.expect_contract(seen, "response_schema_conformance")


@requirement(
    "OMN-OK-03",
    reads=(places.APPOINTMENT_IN_PATH, f"{places.APPOINTMENT}/properties/id"),
    operations=("link",),
    source="Omneo, Link Appointment, path parameter",
    scenarios=("life cycle",),
    alone=True,
)
def link_answers_the_appointment_of_the_path(evidence: Evidence) -> None:
    """The appointment in a link's answer is the one that the path names.

    The page has the appointment's number as the one parameter of the path.
    """
    for seen, data in _appointments(evidence.seen("valid")):
        shown = data.get("id")
        if shown is not None:
            evidence.expect(
                seen,
                holds=id_text(shown) == seen.probe.appointment,
                code=of_id("data/id", shown),
                expected=f"data.id {seen.probe.appointment}",
                actual=f"data.id {shown}",
            )


@requirement(
    "OMN-OK-04",
    reads=(places.APPOINTMENT,),
    operations=("link",),
    source=f"{SAMPLE}; Omneo, official SDK, types of appointments",
    scenarios=("life cycle",),
    alone=True,
)
def members_have_their_types(evidence: Evidence) -> None:
    """What the answer to a link has of the sample's members is of the sample's type, or null.

    Only those members are judged for which the vendor's own client names the same type.
    """
    for seen, data in _appointments(evidence.seen("valid")):
        wrong = mistyped(data)
        evidence.expect(
            seen,
            holds=not wrong,
            code=at_each("wrong-type", (value.path for value in wrong)),
            expected="the types of the sample",
            actual=", ".join(f"{value.path} {value.value!r:.40} (expected: {value.type})" for value in wrong),
        )


@requirement(
    "OMN-OK-05",
    reads=(places.DESCRIPTION, places.APPOINTMENT),
    operations=("link",),
    source="Omneo, Link Appointment, description; Get Appointment",
    scenarios=("life cycle", "aftermath"),
)
def link_and_read_agree(evidence: Evidence) -> None:
    """The answer to a link and a read of the same appointment agree in the members that both have, except links.

    Linking changes no more of an appointment than its links, and when it was updated. No page says that reads show at
    once what was changed, so one that does not agree is asked again.

    The page speaks of links alone, and the read has the same appointment.
    """
    reads = _appointments(evidence.seen("read", where=lambda seen: seen.judged))
    if not reads:
        raise NotApplicable("the target serves no reads")
    links = _appointments(evidence.seen("valid"))
    # Of several reads around one link the last one counts.
    around = {
        (read.probe.moment, linked[0].number): (read, shown)
        for read, shown in reads
        if (linked := _beside(read, links))
    }
    for (_, number), (read, shown) in around.items():
        changed = differing(next(data for seen, data in links if seen.number == number), shown)
        evidence.expect(
            read,
            holds=not changed,
            code=at_each("changed", changed),
            expected="the members that the answer to a link has",
            actual=f"others: {', '.join(changed)}",
        )


@requirement(
    "OMN-OK-06",
    reads=(places.APPOINTMENT,),
    operations=("link",),
    source=SAMPLE,
    level=SHOULD,
    scenarios=("life cycle",),
    alone=True,
)
def members_of_the_sample_are_there(evidence: Evidence) -> None:
    """The answer to a link has every member of the sample's appointment, and each link every member of its link.

    The page does not say which members an answer may leave out, so this is advice.
    """
    for seen, data in _appointments(evidence.seen("valid")):
        links = data.get("links")
        entries = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
        missing = [name for name in APPOINTMENT if name not in data]
        missing += [f"links[].{name}" for name in LINK if any(name not in link for link in entries)]
        evidence.expect(
            seen,
            holds=not missing,
            code=at_each("missing-member", missing),
            expected="the members of the sample",
            actual=f"without {', '.join(missing)}",
        )


@requirement(
    "OMN-OK-07",
    reads=tuple(f"{places.APPOINTMENT}/properties/{name}" for name in RECORDS),
    operations=("link",),
    source=f"{SAMPLE}: appointment_definition, location",
    scenarios=("life cycle",),
    alone=True,
)
def records_are_those_of_their_ids(evidence: Evidence) -> None:
    """A record that the answer to a link carries has the id that stands beside it, as `location` and `location_id`.

    The sample carries these records whole, each beside its id.
    """
    answers = _appointments(evidence.seen("valid"))
    told = [(seen, pairs) for seen, data in answers if (pairs := _records(data))]
    if answers and not told:
        raise NotApplicable("no answer carries a record with its id")
    for seen, pairs in told:
        wrong = [(name, nested, beside) for name, nested, beside in pairs if not same(nested, beside)]
        evidence.expect(
            seen,
            holds=not wrong,
            code=at_each("wrong-id", (f"{name}.id" for name, _, _ in wrong)),
            expected="records of these ids",
            actual=", ".join(f"{name}.id {nested} beside {name}_id {beside}" for name, nested, beside in wrong),
        )


def _records(data: dict[str, Any]) -> list[tuple[str, object, object]]:
    """The records of an appointment as (name, own id, id beside it), where both are there and of one form."""
    pairs = [(name, record_id(data.get(name)), data.get(f"{name}_id")) for name in RECORDS]
    return [(name, nested, beside) for name, nested, beside in pairs if are_comparable(nested, beside)]


def _beside(read: ProbeResult, links: list[Answered]) -> Answered | None:
    """The first link of the same appointment after a read, or the last one before it: as the read says of itself."""
    same = [answer for answer in links if answer[0].probe.appointment == read.probe.appointment]
    if read.probe.moment == Moment.BEFORE:
        return next((answer for answer in same if answer[0].number > read.number), None)
    return next((answer for answer in reversed(same) if answer[0].number < read.number), None)


def _appointments(answers: tuple[ProbeResult, ...]) -> list[Answered]:
    """Every answer of success that has an appointment under `data`."""
    found = [(seen, json_of(seen)) for seen in answers if seen.status in SUCCESS["link"]]
    return [
        (seen, answer["data"])
        for seen, answer in found
        if isinstance(answer, dict) and isinstance(answer.get("data"), dict)
    ]
