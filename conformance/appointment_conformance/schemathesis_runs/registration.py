"""What is registered with Schemathesis: checks, formats, and hooks that keep back what the guard refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response

from appointment_conformance.engine.api import Api
from appointment_conformance.engine.evidence import Deviation
from appointment_conformance.engine.requirement import MUST, Requirement
from appointment_conformance.engine.schemathesis_adapter import (
    contract_engine,
    exchange_of,
    register_formats,
    request_of,
)
from appointment_conformance.errors import RequestRefused
from appointment_conformance.targets import Target
from appointment_conformance.traffic.guard import RequestGuard

from .chosen_target import check_base_url
from .lone_exchange import LoneJudge
from .sign_in import SignIn, provider_of, renewing
from .stop import stopped
from .usable_ids import USABLE_ID, keep_usable


def register(target: Target, api: Api) -> None:
    """Register the checks, formats, hooks and the token of one target with Schemathesis, while the process lives.

    Raises NotTestable or ConfigurationError if a token cannot be obtained.
    """
    sign_in = SignIn(target)
    target = sign_in.target
    # Before there are hooks, as they are for every document that the process loads.
    judge = LoneJudge(target, api, contract_engine(target, api, profile="gate", seed_=1), sign_in.accepts)
    ids = (*target.fixtures.appointments, target.absent_appointment)
    register_formats({**api.formats(target.fixtures), USABLE_ID: ids})
    for requirement in checked(target, api):
        schemathesis.check(_check(requirement, judge, sign_in))
    schemathesis.auth(refresh_interval=None)(provider_of(sign_in))
    guard = RequestGuard(target.base_url, api.policy(target))
    schemathesis.hook("before_load_schema")(_keeping_usable(api))
    schemathesis.hook("after_load_schema")(_comparing_base_url(target))
    schemathesis.hook("filter_case")(lambda _, case: _refusal(guard, case) is None)
    schemathesis.hook("before_add_examples")(_filtering(guard))
    schemathesis.hook("before_call")(_refusing(guard))
    schemathesis.hook("before_call")(renewing(sign_in))


def checked(target: Target, api: Api) -> Iterator[Requirement]:
    """Yield the requirements that are checks: one exchange decides, a fault proves it, it counts for `target`."""
    for requirement in api.catalogue:
        gates = requirement.level == MUST or target.advice == "fail"
        if requirement.alone and gates and requirement.id in api.caught:
            yield requirement


def check_name(requirement: Requirement) -> str:
    """Return the name of a requirement as a check: ABC-LINK-03 is `abc_link_03`."""
    return requirement.id.lower().replace("-", "_")


def _check(requirement: Requirement, judge: LoneJudge, sign_in: SignIn) -> Callable[[Any, Response, Case[Any]], None]:
    def check(_: Any, response: Response, case: Case[Any]) -> None:
        deviation = judge.deviation(requirement, exchange_of(response, case))
        if deviation is not None:
            raise AssertionError(sign_in.secrets.hide_text(_sentence(requirement, deviation)))

    check.__name__ = check_name(requirement)
    check.__doc__ = requirement.statement
    return check


def _sentence(requirement: Requirement, deviation: Deviation) -> str:
    return (
        f"{requirement.id} ({requirement.level}): {requirement.title}\n"
        f"Expected: {deviation.expected}\nActual: {deviation.actual}\nSource: {requirement.source}"
    )


def _keeping_usable(api: Api) -> Callable[[HookContext, dict[str, Any]], None]:
    def before_load_schema(_: HookContext, raw_schema: dict[str, Any]) -> None:
        with stopped():
            keep_usable(raw_schema, api.contract)

    return before_load_schema


def _comparing_base_url(target: Target) -> Callable[[HookContext, Any], None]:
    def after_load_schema(_: HookContext, schema: Any) -> None:
        with stopped():
            check_base_url(schema.get_base_url(), target)

    return after_load_schema


def _filtering(guard: RequestGuard) -> Callable[[HookContext, list[Case[Any]]], None]:
    def before_add_examples(_: HookContext, examples: list[Case[Any]]) -> None:
        examples[:] = _allowed(guard, examples)

    return before_add_examples


def _allowed(guard: RequestGuard, cases: Iterable[Case[Any]]) -> list[Case[Any]]:
    return [case for case in cases if _refusal(guard, case) is None]


def _refusing(guard: RequestGuard) -> Callable[[HookContext, Case[Any], dict[str, Any]], None]:
    """Return the last barrier: what no hook before it has filtered out ends as an error, and is not sent."""

    def before_call(_: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:  # noqa: ARG001 - as it is called
        refusal = _refusal(guard, case)
        if refusal is not None:
            raise RequestRefused(refusal)

    return before_call


def _refusal(guard: RequestGuard, case: Case[Any]) -> str | None:
    """Return why a case is not sent, None where it may be: the guard refuses it, or it cannot be written.

    A method that the document does not declare is not sent either: the vendor may declare it on another page.
    """
    if case.method.upper() != case.operation.method.upper():
        return f"{case.method} is not the method of {case.operation.label}"
    try:
        request = request_of(case)
        guard.check(request.method, request.url, request.body)
    except RequestRefused as refused:
        return str(refused)
    except Exception as error:  # noqa: BLE001 - the client of Schemathesis could not send it either
        return f"the request cannot be written: {type(error).__name__}"
    return None
