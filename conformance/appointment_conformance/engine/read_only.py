"""The read-only parts of scenarios: reads, and the declared method on an id that no record has. They fit any API.

A token without the permission is left out: of a record that does not exist it tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import ABSENT, Case, Credentials, Moment
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Kind, Probe, bearer
from appointment_specs import Operation

from .context import Stage
from .credentials import UNKNOWN_TOKEN, wrong_credentials
from .method_probes import undeclared
from .reads import read
from .scenario import Scenario

Play = Callable[[Stage], None]
READ_ONLY = "it takes requests that may change something, and the target is read_only."


def part(scenario: Scenario, target: Target) -> Play | None:
    """Return what `scenario` plays on `target`: all of it, or its read-only part, which may be None."""
    return scenario.read_only if target.read_only else scenario.play


def preflight(stage: Stage) -> None:
    """An absent record with and without credentials, and a read of a fixture where there is one."""
    first = next(iter(stage.api.contract.operations.values()))
    stage.send_once(_absent(stage, first))
    stage.send_once(_uncredited(stage, first, Credentials.NONE, ()))
    for appointment in stage.target.fixtures.appointments[:1]:
        stage.send(read(stage, appointment, Moment.FIRST))


def essentials(stage: Stage) -> None:
    """An unknown token."""
    for operation in stage.api.contract.operations.values():
        stage.send_once(_uncredited(stage, operation, Credentials.UNKNOWN, bearer(UNKNOWN_TOKEN)))


def credentials(stage: Stage) -> None:
    """Every kind of wrong credentials that nobody was given."""
    for operation in stage.api.contract.operations.values():
        for kind, headers in wrong_credentials(stage.target):
            if kind != Credentials.FORBIDDEN:
                stage.send_once(_uncredited(stage, operation, kind, headers))


def paths(stage: Stage) -> None:
    """The absent record."""
    for operation in stage.api.contract.operations.values():
        stage.send_once(_absent(stage, operation))


def methods(stage: Stage) -> None:
    """A GET of each operation's path where it is none of the read's: HTTP lets other methods create what is not there.

    Only where the path of an operation is one of its own is a GET not declared.
    """
    for operation in stage.api.contract.operations.values():
        if operation.path != stage.api.contract.read_path:
            stage.send_once(undeclared(stage, operation.name, "GET", stage.absent_appointment))


def absent_probe(
    stage: Stage, operation: Operation, kind: Kind, case: Case, headers: Headers, *, name: str = ""
) -> Probe:
    """Return a probe of the absent record with the declared method, and with a body that names nothing that exists."""
    absent = stage.absent_appointment
    body = stage.api.absent_body(stage.target)
    return Probe(
        name=name or f"{operation.name}/{case.label}",
        operation=operation.name,
        kind=kind,
        method=operation.method,
        path=operation.path_of(absent),
        headers=headers if body is None else (*JSON_BODY, *headers),
        body=body,
        case=case,
        appointment=absent,
    )


def _absent(stage: Stage, operation: Operation) -> Probe:
    return absent_probe(stage, operation, "path", ABSENT, stage.authorized)


def _uncredited(stage: Stage, operation: Operation, kind: Credentials, headers: Headers) -> Probe:
    return absent_probe(stage, operation, "credentials", kind.case, headers)
