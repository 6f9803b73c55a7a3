"""Requests with a method that the contract does not declare."""

from __future__ import annotations

from appointment_conformance.traffic.case import Case
from appointment_conformance.traffic.probe import Probe

from .context import ScenarioContext


def undeclared(context: ScenarioContext, operation: str, method: str, appointment: str) -> Probe:
    """Return a request without a body to the path of `operation` with another method than the declared one."""
    case = Case("method", method)
    return Probe(
        name=f"{operation}/{case.label}",
        operation=operation,
        kind="method",
        method=method,
        path=context.api.contract.operations[operation].path_of(appointment),
        headers=context.authorized,
        case=case,
        appointment=appointment,
    )
