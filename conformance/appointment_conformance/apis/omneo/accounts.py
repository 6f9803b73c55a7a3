"""Requests for the records of another account, and requests with a second token of this account.

A target that declares neither gets no request. A record of another account gets the declared method and reads, nothing
else. Its owner has made it for this, because a faulty target changes it.
"""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.engine.context import Stage
from appointment_conformance.engine.reads import read_foreign, read_with_credentials_of
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.traffic.case import SECOND, Moment
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Probe, bearer

from .fixtures import starting_over
from .links import Link
from .probes import ACTIONS, AFTER_FOREIGN, Action, act
from .scenarios import Cast, ensure, note


def accounts(stage: Stage) -> None:
    """Link and unlink an appointment of another account, with looks at it; then unlink and link with the second token.

    The unlink is sent only where the link was refused: what it did to a record that is within reach says nothing more.
    """
    if foreign := stage.foreign_appointment():
        _try_foreign(stage, foreign, Cast(stage).probed)
    if stage.target.second_token:
        _unlink_and_link(stage, Cast(stage), bearer(stage.target.second_token))


def _try_foreign(stage: Stage, foreign: str, link: Link) -> None:
    is_served = read_foreign(stage, foreign, Moment.FOREIGN_BEFORE).status == 200
    for action in ACTIONS:
        probe = act(stage, action, foreign, link, name="foreign", kind="foreign")
        seen = stage.send(probe)
        if is_served:
            read_foreign(stage, foreign, AFTER_FOREIGN[action])
        if seen.status is None or seen.succeeded:
            return


def _unlink_and_link(stage: Stage, cast: Cast, headers: Headers) -> None:
    """Unlink what was linked last and link it again: the links are left in the order in which they were."""
    it, link = cast.appointment, cast.list or cast.kept
    ensure(stage, it, link, linked=True)
    for action in reversed(ACTIONS):
        seen = stage.send(_second(stage, action, it, link, headers))
        if seen.status == 401:
            read_with_credentials_of(stage, seen.probe)
        elif action == "link" or seen.status is None or seen.succeeded:
            note(stage, seen)


def _second(stage: Stage, action: Action, appointment: str, link: Link, headers: Headers) -> Probe:
    probe = act(stage, action, appointment, link, name="second", kind="second", case=SECOND)
    return replace(probe, headers=(*JSON_BODY, *headers))


SCENARIO = Scenario("accounts", {"link": 3, "unlink": 2, "read": 4}, starting_over(accounts))
