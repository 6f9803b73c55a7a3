"""Omneo appointments that are not there: which one is to blame, and how a scenario goes on without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from appointment_conformance.apis.omneo.links import Link, facts_in, facts_of, link_state
from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.errors import FixtureLost, FixtureMissing, TooFewFixtures
from appointment_conformance.traffic.recording import ProbeResult

from .form import fixtures_of
from .probes import act, body_of

#: How many appointments that are not there a run passes by at most.
MOST_PASSED_BY = 10
#: How many lists are tried where one is refused.
MOST_OTHERS = 2


def raise_not_there(context: ScenarioContext, seen: ProbeResult) -> None:
    """Raise what a link that is answered 404 tells.

    FixtureMissing where the appointment was never linked, or its target is not there, FixtureLost where it has gone.
    """
    it, link = seen.probe.appointment, facts_of(seen).link
    linked = [answer.probe for answer in context.client.recording.seen if _is_linked(answer)]
    known = next((facts_in(probe).link for probe in linked if probe.appointment == it), None)
    if known is None:
        context.pass_by_missing(it, f"status {seen.status}")
        raise FixtureMissing(f"appointment {it} is not there ({seen.status}).")
    if link and link not in {facts_in(probe).link for probe in linked}:
        again = context.send(act(context, "link", it, known, name="still-there", kind="question"))
        if _is_linked(again):
            pass_by_target(context, seen, link)
    context.retire(it)
    raise FixtureLost(f"appointment {it} was there, and is not any more ({seen.status}).")


def raise_unknown_target(context: ScenarioContext, seen: ProbeResult) -> None:
    """Raise FixtureMissing where a link is refused exactly as that of a target which does not exist.

    The target is passed by then, and what was sent to link it says nothing. One that has been linked is there. Where
    the other lists are refused as well, it is lists that this API refuses.
    """
    it, link = seen.probe.appointment, facts_of(seen).link
    if link is None or any(
        _is_linked(answer) and facts_of(answer).link == link for answer in context.client.recording.seen
    ):
        return
    kind, target = link[0], context.target
    unknown = (kind, target.absent_ids["list"] if kind == "list" else target.absent_ids["profile"])
    name = f"unknown-target/{kind}/{link[1]}"
    asked = context.send_once(act(context, "link", it, unknown, name=name, kind="question"))
    if asked is None or _refusal(asked, unknown) != _refusal(seen, link):
        return
    others = [other for other in fixtures_of(target).lists if other != link[1]][:MOST_OTHERS] if kind == "list" else []
    if others and not any(_links(context, it, ("list", other)) for other in others):
        return
    pass_by_target(context, seen, link)


def _links(context: ScenarioContext, appointment: str, link: Link) -> bool:
    """Whether a link is carried out, which is asked outside of every scenario's evidence."""
    link_state(context).forget()
    return _is_linked(context.send(act(context, "link", appointment, link, name="another-list", kind="question")))


def pass_by_target(context: ScenarioContext, seen: ProbeResult, link: Link) -> NoReturn:
    """Link no more what `link` names, and let what was sent to link it be no evidence. Raises FixtureMissing."""
    body = body_of(link)
    context.client.recording.withdraw_evidence_where(lambda probe: facts_in(probe).link == link or probe.body == body)
    # What lost its evidence may be sent for another.
    context.forget_void()
    context.keep_fixtures(context.target.fixtures.without(*link))
    context.passed_by[" ".join(link)] = f"status {seen.status}"
    raise FixtureMissing(f"{link[0]} {link[1]} is not there ({seen.status}).")


def _refusal(seen: ProbeResult, link: Link) -> tuple[int | None, bytes]:
    """What a link is answered, without the id that it named."""
    body = seen.response.body if seen.response else b""
    return seen.status, body.replace(link[1].encode(), b"")


def refuse_none_left(context: ScenarioContext) -> None:
    """Raise TooFewFixtures where appointments were passed by and none is left, or too many were."""
    if len(context.passed_by) >= MOST_PASSED_BY or (context.passed_by and not context.unused):
        raise TooFewFixtures(
            "no appointment can be linked (404); check fixtures.profiles, and add one to fixtures.appointments."
        )


def starting_over(play: Callable[[ScenarioContext], None]) -> Callable[[ScenarioContext], None]:
    """Return `play`, which starts over with the next appointment where one of its fixtures never was there."""

    def played(context: ScenarioContext) -> None:
        while True:
            try:
                return play(context)
            except FixtureMissing:
                continue

    return played


def _is_linked(seen: ProbeResult) -> bool:
    return seen.probe.operation == "link" and facts_of(seen).link is not None and seen.status in {200, 201}
