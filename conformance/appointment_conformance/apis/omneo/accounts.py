"""Requests for the records of another account, and requests with a second token of this account.

A target that declares neither gets no request. A record of another account gets the declared method and reads, nothing
else. Its owner has made it for this, because a faulty target changes it.
"""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.reads import read_foreign, read_with_credentials_of
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.traffic.case import SECOND, Moment
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Probe, bearer

from .fixtures import starting_over
from .links import Link
from .probes import ACTIONS, AFTER_FOREIGN, Action, act
from .scenarios import FixtureRoles, ensure, note


def accounts(context: ScenarioContext) -> None:
    """Link and unlink an appointment of another account, with looks at it; then unlink and link with the second token.

    The unlink is sent only where the link was refused: what it did to a record that is within reach says nothing more.
    """
    if foreign := context.foreign_appointment():
        _try_foreign(context, foreign, FixtureRoles(context).probed)
    if context.target.second_token:
        _unlink_and_link(context, FixtureRoles(context), bearer(context.target.second_token))


def _try_foreign(context: ScenarioContext, foreign: str, link: Link) -> None:
    is_served = read_foreign(context, foreign, Moment.FOREIGN_BEFORE).status == 200
    for action in ACTIONS:
        probe = act(context, action, foreign, link, name="foreign", kind="foreign")
        seen = context.send(probe)
        if is_served:
            read_foreign(context, foreign, AFTER_FOREIGN[action])
        if seen.status is None or seen.succeeded:
            return


def _unlink_and_link(context: ScenarioContext, roles: FixtureRoles, headers: Headers) -> None:
    """Unlink what was linked last and link it again: the links are left in the order in which they were."""
    it, link = roles.appointment, roles.list or roles.kept
    ensure(context, it, link, linked=True)
    for action in reversed(ACTIONS):
        seen = context.send(_second(context, action, it, link, headers))
        if seen.status == 401:
            read_with_credentials_of(context, seen.probe)
        elif action == "link" or seen.status is None or seen.succeeded:
            note(context, seen)


def _second(context: ScenarioContext, action: Action, appointment: str, link: Link, headers: Headers) -> Probe:
    probe = act(context, action, appointment, link, name="second", kind="second", case=SECOND)
    return replace(probe, headers=(*JSON_BODY, *headers))


SCENARIO = Scenario("accounts", {"link": 3, "unlink": 2, "read": 4}, starting_over(accounts))
