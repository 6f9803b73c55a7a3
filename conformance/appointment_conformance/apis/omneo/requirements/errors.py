"""Omneo: what a refusal says, and what it leaves as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.codes import LOST_LINK, NEW_LINK
from appointment_conformance.apis.omneo.links import facts_of, links_of
from appointment_conformance.apis.omneo.near_miss_classes import may_be_taken
from appointment_conformance.apis.omneo.probes import AFTER_REFUSALS, AFTER_WRONG_CREDENTIALS, AFTER_WRONG_PATHS, Look
from appointment_conformance.apis.omneo.unlinking import links_get_lost
from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.engine.credentials import LET_THROUGH_CASES
from appointment_conformance.http_rules.refusals import check_no_server_error
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import ABSENT
from appointment_conformance.traffic.probe import Kind
from appointment_conformance.traffic.recording import ProbeResult
from appointment_strategies.omneo import broken_rules_of_text

BOTH = ("link", "unlink")
FIELDS = ("type", "id")
REFUSALS = ("preflight", "essentials", "refusals of {operation}", "generated {operation}")


@requirement(
    "OMN-ERR-01",
    reads=(places.content("422"),),
    operations=BOTH,
    source="Omneo, ValidationException",
    scenarios=REFUSALS,
    alone=True,
)
def validation_error_has_message_and_errors(evidence: Evidence) -> None:
    """A 422 carries `message`, and `errors` as a map from field to a list of texts.

    The page requires both members, and has a list of texts for each field that has failed.
    """
    for seen in evidence.seen("near-miss", "malformed", "generated", where=lambda seen: seen.status == 422):
        evidence.expect_contract(seen, "response_schema_conformance")


@requirement(
    "OMN-ERR-02",
    reads=(places.VALIDATION_ERRORS,),
    operations=BOTH,
    source="Omneo, ValidationException, errors",
    scenarios=REFUSALS,
    alone=True,
)
def validation_error_names_the_wrong_fields(evidence: Evidence) -> None:
    """The `errors` of a 422 name at least one wrong field and no right one, in any case, with any path around the name.

    A key that is no field of the request, or has no text, counts neither way. Of an object without `type` and `id` it
    may be all there is. A validator that speaks of the whole body names a field by quoting it in a text.

    The page speaks of every field that has failed.
    """
    for seen in evidence.seen("near-miss", "generated", where=_names_fields):
        wrong, named = seen.probe.wrong_fields, _named(seen)
        right = named - wrong - seen.probe.open_fields
        is_named = not wrong.isdisjoint(named | _quoted(seen)) or _lacks_both(seen)
        evidence.expect(
            seen,
            holds=not right and is_named,
            code=(*_each("names-right-field", right), *(() if is_named else ("names-no-wrong-field",))),
            expected=f"errors for {_listed(wrong)}",
            actual=f"errors for {_listed({*map(str, member(seen, 'errors'))})}",
        )


@requirement(
    "OMN-ERR-05",
    reads=(places.VALIDATION_ERRORS,),
    operations=BOTH,
    source="Omneo, ValidationException, errors",
    level=SHOULD,
    scenarios=("refusals of {operation}", "generated {operation}"),
    alone=True,
)
def validation_error_names_every_wrong_field(evidence: Evidence) -> None:
    """Where both fields are wrong, the `errors` of a 422 name both; this is advice.

    The page speaks of every field that has failed.
    """
    for seen in evidence.seen("near-miss", "generated", where=_names_fields):
        if len(seen.probe.wrong_fields) == len(FIELDS):
            evidence.expect(
                seen,
                holds=seen.probe.wrong_fields <= _named(seen) | _quoted(seen),
                code=_each("unnamed-field", seen.probe.wrong_fields - _named(seen) - _quoted(seen)),
                expected=f"errors for {_listed(seen.probe.wrong_fields)}",
                actual=f"errors for {_listed({*map(str, member(seen, 'errors'))})}",
            )


@requirement(
    "OMN-ERR-03",
    reads=(places.content("401"), places.content("403"), places.content("404")),
    operations=BOTH,
    source="Omneo, responses 401, 403 and 404",
    scenarios=("preflight", "essentials", "credentials", "paths"),
    alone=True,
)
def refusal_has_a_message(evidence: Evidence) -> None:
    """A 401, 403 or 404 of the operation carries `message`; what is no number may not get as far as the operation.

    The page describes an object with the required text `message` for each of them.
    """
    for seen in (*evidence.seen("credentials"), *evidence.seen("path", case=ABSENT)):
        if seen.status in {401, 403, 404}:
            evidence.expect_contract(seen, "response_schema_conformance")


@requirement("OMN-ERR-04", operations=BOTH, source="RFC 9110, section 15.6", alone=True)
def server_error_is_never_an_answer(evidence: Evidence) -> None:
    """No request of the operation is answered with a 5xx, except 501 to a method that is not implemented.

    By RFC 9110 a 5xx says that the server has erred or is not able to do what it was asked, not that the request was
    wrong.
    """
    check_no_server_error(evidence)


@requirement(
    "OMN-EFFECT-01",
    reads=(places.status("404"), places.status("422")),
    operations=BOTH,
    source="Omneo, responses 404 and 422; RFC 9110, sections 15.5.5 and 15.5.21",
    scenarios=("essentials", "refusals of {operation}", "paths"),
)
def refused_request_changes_nothing(evidence: Evidence) -> None:
    """A request that is refused for its body or its path neither links nor unlinks anything.

    By RFC 9110 a 404 says that nothing was found to act on, and a 422 that what was asked could not be carried out.
    """
    kinds: tuple[Kind, ...] = ("near-miss", "malformed", "path")
    _expect_no_effect(evidence, kinds, "essentials", Look.AFTER_ESSENTIALS)
    _expect_no_effect(evidence, kinds, f"refusals of {evidence.operation}", AFTER_REFUSALS[evidence.operation])
    _expect_no_effect(evidence, kinds, "paths", AFTER_WRONG_PATHS[evidence.operation])


@requirement(
    "OMN-EFFECT-02",
    operations=BOTH,
    source="RFC 9110, sections 15.5.2 and 15.5.4",
    scenarios=("essentials", "credentials"),
)
def unauthorized_request_changes_nothing(evidence: Evidence) -> None:
    """A request that is refused for its credentials neither links nor unlinks anything.

    By RFC 9110 either status says that the request was not carried out.
    """
    _expect_no_effect(evidence, ("credentials",), "essentials", Look.AFTER_ESSENTIALS)
    _expect_no_effect(evidence, ("credentials",), "credentials", AFTER_WRONG_CREDENTIALS[evidence.operation])


def _expect_no_effect(evidence: Evidence, kinds: tuple[Kind, ...], scenario: str, look: Look) -> None:
    """Expect of the look after refusals that no link which they name has come (link) or gone (unlink)."""
    played = [seen for seen in evidence.everything if seen.scenario == scenario]
    refused = [
        answer
        for answer in played
        if answer.probe.operation == evidence.operation
        and answer.probe.kind in kinds
        and answer.probe.case not in LET_THROUGH_CASES
    ]
    taken = [seen for seen in refused if seen.judged and (seen.status or 0) < 400]
    if not all(may_be_taken(seen) for seen in taken):
        return  # What was accepted has effects, and is another requirement's business.
    if evidence.operation == "unlink" and links_get_lost(evidence):
        return  # A link that does not last needs no refused request to go.
    named = {facts_of(seen).link for seen in refused} - {facts_of(seen).link for seen in taken}
    for seen in played:
        links, before = links_of(seen), facts_of(seen).before
        if seen.probe.moment != look or links is None or before is None:
            continue
        there, shown = {*before} - {facts_of(seen).link}, {*links} - {facts_of(seen).link}
        changed = named & (shown - there if evidence.operation == "link" else there - shown)
        evidence.expect(
            seen,
            holds=not changed,
            code=_each(NEW_LINK if evidence.operation == "link" else LOST_LINK, {link[0] for link in changed if link}),
            expected=f"no link has {'come' if evidence.operation == 'link' else 'gone'} by a refused request",
            actual=f"{', '.join(sorted(f'{link[0]} {link[1]}' for link in changed if link))} has",
            shows=tuple(refused),
        )


def _names_fields(seen: ProbeResult) -> bool:
    return seen.status == 422 and bool(seen.probe.wrong_fields) and isinstance(member(seen, "errors"), dict)


def _named(seen: ProbeResult) -> frozenset[str]:
    """The fields of the request that the keys of `errors` name; one with no text at all describes nothing."""
    return frozenset(_field(str(key)) for key, texts in member(seen, "errors").items() if texts) & frozenset(FIELDS)


def _quoted(seen: ProbeResult) -> frozenset[str]:
    """The fields that texts under other keys quote, as in "must have required property 'type'"."""
    texts = [str(texts) for key, texts in member(seen, "errors").items() if _field(str(key)) not in FIELDS]
    return frozenset(field for field in FIELDS if re.search(rf"(['\"`]){field}\1", " ".join(texts)))


def _lacks_both(seen: ProbeResult) -> bool:
    return broken_rules_of_text(seen.probe.body or b"") == {"body-members"}


def _field(name: str) -> str:
    """The field that an entry of `errors` is about: `id` for `id`, `Id`, `id.0`, `$.id`, `/id` and `data.id`."""
    parts = [part for part in re.split(r"[^a-z0-9_]+", name.lower()) if part]
    return next((part for part in parts if part in FIELDS), name)


def _each(code: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{code}:{name}" for name in sorted(names))


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
