"""Requests for the records of another account, and requests with a second token of this account.

A target that declares neither gets no request. A record of another account gets the declared method and reads, nothing
else. Its owner has made it for this, because a faulty target changes it.
"""

from __future__ import annotations

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.reads import read_foreign, read_with_credentials_of
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.traffic.case import SECOND, Moment
from appointment_conformance.traffic.probe import Headers, bearer

from .scenarios import CANCELED, cancel


def accounts(context: ScenarioContext) -> None:
    """Cancel an appointment of another account, with looks at it; then cancel with the second token.

    That one cancels what is canceled already, and gets the answer that the first one gets: none more is used up.
    """
    if foreign := context.foreign_appointment():
        is_served = read_foreign(context, foreign, Moment.FOREIGN_BEFORE).status == 200
        context.send(cancel(context, foreign, name="foreign", kind="foreign"))
        if is_served:
            read_foreign(context, foreign, Moment.FOREIGN_AFTER)
    if context.target.second_token:
        _cancel_again(context, bearer(context.target.second_token))


def _cancel_again(context: ScenarioContext, headers: Headers) -> None:
    if not context.used_appointments:
        raise TooFewFixtures("no appointment has been canceled in this run; add one to fixtures.appointments.")
    it = context.used_appointments[-1]
    probe = cancel(context, it, name="second", kind="second", case=SECOND, headers=headers)
    seen = context.send(probe)
    if seen.status == 401:
        read_with_credentials_of(context, probe)


SCENARIO = Scenario("accounts", {"cancel": 2, "read": 3}, accounts, needs=CANCELED)
