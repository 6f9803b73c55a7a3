"""A probe of one operation of the contract, by its method and its path."""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.traffic.case import NO_CASE, Case
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Kind, Probe

from .context import ScenarioContext


def operation_probe(
    context: ScenarioContext,
    segment: str,
    *,
    operation: str = "",
    kind: Kind = "valid",
    case: Case = NO_CASE,
    headers: Headers | None = None,
    body: bytes | None = None,
) -> Probe:
    """Return a probe of the operation, the first of the contract unless named, with a raw id segment in its path.

    The credentials are valid unless `headers` says otherwise; a body is sent as JSON. It is named after the operation
    and the case.
    """
    described = context.api.contract.operations[operation or context.api.operations[0]]
    given = context.authorized if headers is None else headers
    return Probe(
        name=f"{described.name}/{case.label or kind}",
        operation=described.name,
        kind=kind,
        method=described.method,
        path=described.path_of(segment),
        headers=given if body is None else (*JSON_BODY, *given),
        body=body,
        case=case,
        appointment=segment,
    )


def undeclared_method_probe(context: ScenarioContext, segment: str, method: str, *, operation: str = "") -> Probe:
    """Return a request to the path of the operation with another method than the declared one, and without a body."""
    known = operation_probe(context, segment, operation=operation, kind="method", case=Case("method", method))
    return replace(known, method=method)
