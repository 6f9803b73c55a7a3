"""Omneo appointments that are not there: which one is to blame, and how a scenario goes on without it."""

from __future__ import annotations

from collections.abc import Callable

from appointment_conformance.errors import FixtureLost, FixtureMissing, TooFewFixtures
from appointment_conformance.traffic.recording import Seen

from .omneo_probes import act
from .stage import Stage

#: How many appointments that are not there a run passes by at most.
MOST_PASSED_BY = 10


def raise_not_there(stage: Stage, seen: Seen) -> None:
    """Raise what a link that is answered 404 tells.

    FixtureMissing where the appointment was never linked, FixtureLost where it has gone or its target is not there.
    """
    it, link = seen.probe.appointment, seen.probe.link
    linked = [one.probe for one in stage.client.recording.seen if _is_linked(one)]
    known = next((probe.link for probe in linked if probe.appointment == it), None)
    if known is None:
        stage.pass_by_missing(it, f"status {seen.status}")
        raise FixtureMissing(f"appointment {it} is not there ({seen.status}).")
    if link and link not in {probe.link for probe in linked}:
        again = stage.send(act(stage, "link", it, known, name="still-there", kind="question"))
        if _is_linked(again):
            raise FixtureLost(f"{link[0]} {link[1]} is not found ({seen.status}); check fixtures.{link[0]}s.")
    stage.lay_aside(it)
    raise FixtureLost(f"appointment {it} was there, and is not any more ({seen.status}).")


def refuse_none_left(stage: Stage) -> None:
    """Raise TooFewFixtures where appointments were passed by and none is left, or too many were."""
    if len(stage.passed_by) >= MOST_PASSED_BY or (stage.passed_by and not stage.unused):
        raise TooFewFixtures(
            "no appointment can be linked (404); check fixtures.profiles, and add one to fixtures.appointments."
        )


def starting_over(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """Return `play`, which starts over with the next appointment where one of its fixtures never was there."""

    def played(stage: Stage) -> None:
        while True:
            try:
                return play(stage)
            except FixtureMissing:
                continue

    return played


def _is_linked(seen: Seen) -> bool:
    return seen.probe.operation == "link" and seen.probe.link is not None and seen.status in {200, 201}
