"""Omneo: the `id` of a link action, whose form depends on the type."""

from __future__ import annotations

import json
from functools import partial
from typing import Final, Literal

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.codes import LOST_LINK, MISSING_LINK, UNEXPECTED_LINK
from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.apis.omneo.links import facts_of, links_of
from appointment_conformance.apis.omneo.near_miss_classes import BEYOND, OTHER_DIGITS, is_beyond
from appointment_conformance.apis.omneo.policy import records_of
from appointment_conformance.apis.omneo.probes import case_of, cases_of
from appointment_conformance.engine import SHOULD, Evidence, NotApplicable, requirement
from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import id_text, json_of
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import cut
from appointment_strategies.omneo import near_misses_of

#: Ids that are no UUID text, and ids that are no integer literal.
NO_UUID: Final = cases_of("profile id", rule="id-form") - OTHER_DIGITS
NO_INTEGER: Final = cases_of("list id", rule="id-form") - BEYOND
BOTH = ("link", "unlink")
REFUSALS = ("essentials", "refusals of {operation}")


@requirement(
    "OMN-ID-01",
    reads=(f"{places.BODY}/required", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, required",
    scenarios=REFUSALS,
)
def id_is_required(evidence: Evidence) -> None:
    """A missing, null or empty id is refused with 422.

    The page requires both `type` and `id`.
    """
    for seen in _of_both(evidence, "id-required"):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-ID-02",
    reads=(f"{places.ID}/type", places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, id: string",
    scenarios=REFUSALS,
)
def id_is_a_string(evidence: Evidence) -> None:
    """An id that is a JSON array, object or boolean, or a number for a profile, is refused with 422."""
    for seen in _of_both(evidence, "id-string"):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-ID-03",
    reads=(*places.FORM_OF_ID, places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, description",
    scenarios=REFUSALS,
)
def profile_id_is_uuid_text(evidence: Evidence) -> None:
    """An id that is not UUID text is refused with 422 for type `profile`.

    The description ties the form of an id to the type: a UUID for a profile, an integer for all else.
    """
    for seen in evidence.seen("near-miss", case=NO_UUID):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-ID-04",
    reads=(*places.FORM_OF_ID, places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, description",
    scenarios=REFUSALS,
)
def list_id_is_an_integer_literal(evidence: Evidence) -> None:
    """An id that is not an integer literal is refused with 422 for type `list`.

    The description ties the form of an id to the type: a UUID for a profile, an integer for all else.
    """
    evidence.need(fixtures_of(evidence.target).lists, "add a list to fixtures.lists.")
    for seen in evidence.seen("near-miss", case=NO_INTEGER):
        evidence.expect_status(seen, 422)


@requirement(
    "OMN-ID-05",
    reads=(*places.FORM_OF_ID, places.status("404"), places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, description",
    scenarios=REFUSALS,
)
def list_id_beyond_any_column_is_no_other(evidence: Evidence) -> None:
    """A list id beyond 64 bits is refused with 404 or 422, or taken as it stands: never for the number it wraps to.

    A server that links targets which it does not know may link this one, too: its answer then shows the id as it was
    sent. What an unlink of it has taken away is shown by the next link.

    The description ties the form of an id to the type: a UUID for a profile, an integer for all else.
    """
    evidence.need(fixtures_of(evidence.target).lists, "add a list to fixtures.lists.")
    if not all(map(partial(_can_be_sent, evidence.target), fixtures_of(evidence.target).lists[:1])):
        raise NotApplicable("cut short, any number beyond 64 bits could be another list's, so none is sent")
    beyond = evidence.seen("near-miss", case=BEYOND)
    for seen in beyond:
        if not seen.succeeded:
            evidence.expect_status(seen, 404, 422)
        elif evidence.operation == "link":
            _expect_shown_as_sent(evidence, seen)
        else:
            _expect_still_linked(evidence, seen)
    if beyond and not evidence.witnesses:
        raise NotApplicable("such an unlink is accepted, and no answer shows what it alone has taken away")


@requirement(
    "OMN-ID-06",
    reads=(*places.FORM_OF_ID, places.status("404"), places.status("422")),
    operations=BOTH,
    source="Omneo, AppointmentLinkAction, description; RFC 9562, section 4",
    level=SHOULD,
    scenarios=REFUSALS,
)
def profile_id_is_in_ascii_digits(evidence: Evidence) -> None:
    """A profile id with digits of another script is refused with 404 or 422; parsers in wide use take them.

    The description asks for a UUID, which RFC 9562 writes in the hexadecimal digits of ASCII.
    """
    for seen in evidence.seen("near-miss", case=OTHER_DIGITS):
        evidence.expect_status(seen, 404, 422)


def _of_both(evidence: Evidence, rule: Literal["id-required", "id-string"]) -> tuple[ProbeResult, ...]:
    """The answers to ids that break a rule, those of profiles first."""
    profiles, lists = cases_of("profile id", rule=rule), cases_of("list id", rule=rule)
    return (*evidence.seen("near-miss", case=profiles), *evidence.seen("near-miss", case=lists))


def _can_be_sent(target: Target, number: str) -> bool:
    """Whether one of the classes beyond 64 bits, made of a list's number, finds no stranger's list on any server."""
    made = (miss.make(number) for miss in near_misses_of("list id") if case_of(miss) in BEYOND)
    return any(records_of(target).stray_id("list", value) is None for value in made)


def _expect_shown_as_sent(evidence: Evidence, seen: ProbeResult) -> None:
    sent, shown, before = json.loads(seen.probe.body or b"{}")["id"], _shown_lists(seen), facts_of(seen).before
    come = {*(links_of(seen) or ())} - {*(before or ())}
    wrapped = before is not None and facts_of(seen).link in come and not _is_named_otherwise(evidence, seen)
    evidence.expect(
        seen,
        holds=sent in shown and not wrapped,
        code=UNEXPECTED_LINK if wrapped else MISSING_LINK,
        expected="status 404 or 422, or the list's id among data.links as it was sent",
        actual=f"status {seen.status}, and lists {', '.join(cut(link_id, 40) for link_id in shown) or 'none'}",
    )


def _shown_lists(seen: ProbeResult) -> list[str]:
    """The target ids of lists that an answer shows, digit by digit: a JSON number with an exponent shows no digits."""
    answer = json_of(seen) if links_of(seen) else {"data": {"links": ()}}
    links = [link for link in answer["data"]["links"] if link.get("type") == "list"]
    return [id_text(link.get("target_id")) for link in links if not isinstance(link.get("target_id"), float)]


def _expect_still_linked(evidence: Evidence, seen: ProbeResult) -> None:
    """Expect of the next link's answer that the fixture which the number wraps to is linked as it was before."""
    link, before = facts_of(seen).link, facts_of(seen).before or ()
    look = next(
        (answer for answer in evidence.everything if answer.number > seen.number and _shows_links(answer, seen)), None
    )
    is_known = link in before and link not in facts_of(seen).unlinked and not _is_named_otherwise(evidence, seen)
    if look and link and is_known:
        evidence.expect(
            look,
            holds=link in (links_of(look) or ()),
            code=LOST_LINK,
            expected=f"list {link[1]} still linked",
            actual=f"it is gone after an unlink of a number beyond 64 bits that was answered {seen.status}",
            after=(seen,),
        )


def _is_named_otherwise(evidence: Evidence, seen: ProbeResult) -> bool:
    """Whether another wrong body was taken, too: what became of the fixture's link may be its doing."""
    return any(
        (answer.scenario, answer.probe.operation, facts_of(answer).link)
        == (seen.scenario, seen.probe.operation, facts_of(seen).link)
        and answer.probe.kind != "valid"
        and answer.succeeded
        and not is_beyond(answer)
        for answer in evidence.everything
    )


def _shows_links(look: ProbeResult, seen: ProbeResult) -> bool:
    same = (look.scenario, look.probe.appointment) == (seen.scenario, seen.probe.appointment)
    return same and look.judged and look.probe.kind == "valid" and links_of(look) is not None
