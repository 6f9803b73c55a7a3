"""Reads of appointments: how one is sent, and sent again while it does not agree with what is expected."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from appointment_conformance.traffic.case import FOREIGN, NO_CASE, Case
from appointment_conformance.traffic.lag import LAG_WAITS
from appointment_conformance.traffic.probe import Headers, Probe
from appointment_conformance.traffic.recording import Seen

from .context import ScenarioContext


def read(
    context: ScenarioContext,
    appointment: str,
    moment: StrEnum | None = None,
    *,
    case: Case = NO_CASE,
    headers: Headers | None = None,
) -> Probe:
    """Return a read of one appointment; `moment` says when it is sent or what it follows, `case` what is special.

    The credentials are valid unless `headers` says otherwise. It is listed under the first operation of the contract.
    """
    return Probe(
        name=f"read/{moment or case.name}",
        operation=context.api.operations[0],
        kind="read",
        method="GET",
        path=context.api.contract.read_path_of(appointment),
        headers=context.authorized if headers is None else headers,
        case=case,
        moment=moment,
        appointment=appointment,
    )


def read_foreign(context: ScenarioContext, appointment: str, moment: StrEnum) -> Seen:
    """Read a record of another account with the token that must not reach it; return the answer."""
    return context.send(read(context, appointment, moment, case=FOREIGN))


def read_with_credentials_of(context: ScenarioContext, probe: Probe) -> None:
    """Read the record of `probe` with its credentials, once in a run.

    A valid token that lacks the permission, and is refused with 401, is answered as an unknown one is: what it may read
    tells whether it is one.
    """
    credentials = tuple(header for header in probe.headers if header[0] == "Authorization")
    context.send_once(read(context, probe.appointment, case=probe.case, headers=credentials))


def read_until(context: ScenarioContext, probe: Probe, agrees: Callable[[Seen], bool]) -> Seen:
    """Send a read, again after growing waits while a served read does not agree; return the last answer.

    Where one did not agree after the last wait, none is waited for any more in this run.
    """
    seen = context.send(probe)
    for seconds in LAG_WAITS if not context.reads_disagree else ():
        if seen.status != 200 or agrees(seen):
            return seen
        seen = context.send_again(seen, after=seconds)
    context.reads_disagree |= seen.status == 200 and not agrees(seen)
    return seen
