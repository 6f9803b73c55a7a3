"""The read-only parts of scenarios: reads, and the declared method on an id that no record has. They fit any API.

A token without the permission is left out: of a record that does not exist it tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import ABSENT, Case, Credentials, Moment
from appointment_conformance.traffic.probe import Headers, Kind, Probe, bearer
from appointment_specs import Operation

from .context import ScenarioContext
from .credentials import UNKNOWN_TOKEN, wrong_credentials
from .operation_probe import operation_probe, undeclared_method_probe
from .reads import read
from .scenario import Scenario

Run = Callable[[ScenarioContext], None]
READ_ONLY = "it takes requests that may change something, and the target is read_only."


def part_to_run(scenario: Scenario, target: Target) -> Run | None:
    """Return what `scenario` runs on `target`: all of it, or its read-only part, which may be None."""
    return scenario.read_only if target.read_only else scenario.run


def preflight(context: ScenarioContext) -> None:
    """An absent record with and without credentials, and a read of a fixture where there is one."""
    first = next(iter(context.api.contract.operations.values()))
    context.send_once(_absent(context, first))
    context.send_once(_uncredited(context, first, Credentials.NONE, ()))
    for appointment in context.target.fixtures.appointments[:1]:
        context.send(read(context, appointment, Moment.FIRST))


def essentials(context: ScenarioContext) -> None:
    """An unknown token."""
    for operation in context.api.contract.operations.values():
        context.send_once(_uncredited(context, operation, Credentials.UNKNOWN, bearer(UNKNOWN_TOKEN)))


def credentials(context: ScenarioContext) -> None:
    """Every kind of wrong credentials that nobody was given."""
    for operation in context.api.contract.operations.values():
        for kind, headers in wrong_credentials(context.target):
            if kind != Credentials.FORBIDDEN:
                context.send_once(_uncredited(context, operation, kind, headers))


def paths(context: ScenarioContext) -> None:
    """The absent record."""
    for operation in context.api.contract.operations.values():
        context.send_once(_absent(context, operation))


def methods(context: ScenarioContext) -> None:
    """A GET of each operation's path that declares none: HTTP lets other methods create what is not there."""
    contract = context.api.contract
    with_get = {contract.read_path, *(each.path for each in contract.operations.values() if each.method == "GET")}
    for operation in contract.operations.values():
        if operation.path not in with_get:
            context.send_once(
                undeclared_method_probe(context, context.absent_appointment, "GET", operation=operation.name)
            )


def absent_probe(
    context: ScenarioContext, operation: Operation, kind: Kind, case: Case, headers: Headers, *, name: str = ""
) -> Probe:
    """Return a probe of the absent record with the declared method, and with a body that names nothing that exists."""
    absent, body = context.absent_appointment, context.api.absent_body(context.target, operation)
    probe = operation_probe(context, absent, operation=operation.name, kind=kind, case=case, headers=headers, body=body)
    return replace(probe, name=name or probe.name)


def _absent(context: ScenarioContext, operation: Operation) -> Probe:
    return absent_probe(context, operation, "path", ABSENT, context.authorized)


def _uncredited(context: ScenarioContext, operation: Operation, kind: Credentials, headers: Headers) -> Probe:
    return absent_probe(context, operation, "credentials", kind.case, headers)
