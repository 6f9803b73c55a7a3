"""The harmless part of a plan: what a read-only target is sent. Reads, and the declared method on an absent id.

A token without the permission is left out: of an appointment that does not exist it tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import ABSENT, Case, Credentials, Moment
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Kind, Probe, bearer, json_text

from .context import Stage
from .credentials import UNKNOWN_TOKEN, wrong_credentials
from .reads import read
from .scenario import Scenario

Play = Callable[[Stage], None]
READ_ONLY = "it takes requests that may change something, and the target is read_only."
OPERATIONS: Final = {"omneo": ("link", "unlink"), "mijnklantportaal": ("cancel",)}
DECLARED: Final = {"omneo": "POST", "mijnklantportaal": "DELETE"}
#: Undeclared methods that change nothing: HTTP lets a PUT, a PATCH or a POST create what is not there.
UNDECLARED: Final[dict[str, tuple[str, ...]]] = {"omneo": ("GET",), "mijnklantportaal": ()}


def part(scenario: Scenario, target: Target) -> Play | None:
    """Return what `scenario` plays on `target`: all of it, its harmless part where the target is read-only, or None."""
    if not target.read_only:
        return scenario.play
    return _PARTS.get(scenario.name) if scenario.name != "methods" or UNDECLARED[target.api] else None


def preflight(stage: Stage) -> None:
    """An absent appointment with and without credentials, and a read of a fixture where there is one."""
    operation = OPERATIONS[stage.target.api][0]
    stage.send_once(_absent(stage, operation))
    stage.send_once(_uncredited(stage, operation, Credentials.NONE, ()))
    for appointment in stage.target.fixtures.appointments[:1]:
        stage.send(read(stage, appointment, Moment.FIRST))


def essentials(stage: Stage) -> None:
    """An unknown token."""
    for operation in OPERATIONS[stage.target.api]:
        stage.send_once(_uncredited(stage, operation, Credentials.UNKNOWN, bearer(UNKNOWN_TOKEN)))


def credentials(stage: Stage) -> None:
    """Every kind of wrong credentials that nobody was given."""
    for operation in OPERATIONS[stage.target.api]:
        for kind, headers in wrong_credentials(stage.target):
            if kind != Credentials.FORBIDDEN:
                stage.send_once(_uncredited(stage, operation, kind, headers))


def paths(stage: Stage) -> None:
    """The absent appointment."""
    for operation in OPERATIONS[stage.target.api]:
        stage.send_once(_absent(stage, operation))


def methods(stage: Stage) -> None:
    """Methods that the contract does not declare, and that change nothing."""
    for probe in _undeclared(stage):
        stage.send_once(probe)


def _undeclared(stage: Stage) -> Iterator[Probe]:
    for operation in OPERATIONS[stage.target.api]:
        for method in UNDECLARED[stage.target.api]:
            yield _probe(stage, operation, Case("method", method), "method", method, stage.authorized)


def _absent(stage: Stage, operation: str) -> Probe:
    return _probe(stage, operation, ABSENT, "path", DECLARED[stage.target.api], stage.authorized)


def _uncredited(stage: Stage, operation: str, kind: Credentials, headers: Headers) -> Probe:
    return _probe(stage, operation, kind.case, "credentials", DECLARED[stage.target.api], headers)


def _probe(stage: Stage, operation: str, case: Case, kind: Kind, method: str, headers: Headers) -> Probe:
    """A probe of the absent appointment."""
    absent, is_omneo = stage.absent_appointment, stage.target.api == "omneo"
    body = json_text({"type": "profile", "id": stage.target.absent_profile}) if is_omneo and method == "POST" else None
    return Probe(
        name=f"{operation}/{case.label}",
        operation=operation,
        kind=kind,
        method=method,
        path=f"/v3/appointments/{absent}/{operation}" if is_omneo else f"/appointments/{absent}",
        headers=(*JSON_BODY, *headers) if body else headers,
        body=body,
        case=case,
        appointment=absent,
    )


_PARTS: Final[dict[str, Play]] = {
    "preflight": preflight,
    "essentials": essentials,
    "credentials": credentials,
    "paths": paths,
    "methods": methods,
}
