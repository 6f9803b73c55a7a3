"""The forecast: what a run costs at most, and what it leaves untested. Nothing is sent to the target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Any

from appointment_conformance.api import api_of, load_apis
from appointment_conformance.engine.context import Profile
from appointment_conformance.engine.read_only import part_to_run
from appointment_conformance.engine.run_result import contract_used
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.provisioning.provisioner import REQUESTS_AFTER
from appointment_conformance.reference_targets import reference_target, target_of
from appointment_conformance.target_run import run
from appointment_conformance.targets import Fixtures, Limits, Target
from appointment_reports import ContractUsed, RequirementResult


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement on one operation that a run will leave untested; `reason` says why, or what to add."""

    requirement: str
    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one run of a target costs at most, and what it leaves untested.

    `most` is the maximum number of requests by operation, with `read` and `provision`. `uncapped_requests` is the sum,
    `most_requests` the same with `limits.max_requests` applied, and `expected_requests` the number that a conforming
    API gets. None of them includes requests that are sent again (after 429 or 503, or while reads lag), requests that
    are sent because something in front of the API answered or because a fixture cannot be used, and replays of
    failures. `minutes` is the time that `most_requests` take at the target's rate limit, None without one.
    `appointments` is the number of fixtures that are used up, unless the target carries out what it has to refuse.
    """

    target: str
    api: str
    profile: str
    most: dict[str, int]
    most_requests: int
    uncapped_requests: int
    expected_requests: int
    appointments: int
    minutes: float | None
    gaps: tuple[Gap, ...]
    #: The document by which it judges.
    contract: ContractUsed
    #: What a run could also judge if the target had optional keys. Without them these requirements decide nothing.
    optional: tuple[Gap, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the forecast as JSON values."""
        return asdict(self)


def forecast(target: Target, *, profile: Profile = "gate") -> Forecast:
    """Return the forecast for `target`: the maxima from the scenarios, the rest from a run against the reference API.

    That run has as many fixtures and credentials as the target, the same `max_requests`, and no rate limit. Raises
    ConfigurationError where the API has no reference API.
    """
    api = api_of(target)
    if api.reference is None:
        raise ConfigurationError(f"the API `{target.api}` has no reference API, which a forecast needs.")
    scenarios = [scenario for scenario in api.scenarios if part_to_run(scenario, target)]
    most = sum((scenario.bounds(profile) for scenario in scenarios), _around(target))
    total, cap = most.total(), target.limits.max_requests
    bound = total if cap is None else min(total, cap)
    rate = target.limits.requests_per_minute
    with reference_target(target_of(target.api)) as reference:
        result, _ = run(_standing_in(reference, target), profile=profile)
    return Forecast(
        target=target.name,
        api=target.api,
        profile=profile,
        most=dict(sorted(most.items())),
        most_requests=bound,
        uncapped_requests=total,
        expected_requests=result.requests,
        appointments=_used(target, sum(scenario.appointments for scenario in scenarios)),
        minutes=None if rate is None else ceil(bound / rate * 10) / 10,
        contract=contract_used(api.contract),
        gaps=tuple(_gap(each) for each in result.requirements if each.verdict == "untested" and each.applicable),
        optional=tuple(_gap(each) for each in result.requirements if each.remedy and not each.applicable),
    )


def lines(forecast: Forecast) -> Iterator[str]:
    """Yield the lines of `forecast` for the console."""
    by_operation = ", ".join(f"{count} {operation}" for operation, count in forecast.most.items())
    yield f"{forecast.target} ({forecast.api}, profile {forecast.profile})"
    if forecast.contract.path:
        yield f"  contract: {forecast.contract.path}, SHA-256 {forecast.contract.sha256}"
    expected = f"{forecast.expected_requests} if it conforms"
    yield f"  requests: at most {forecast.uncapped_requests} ({by_operation}), {expected}"
    if forecast.most_requests < forecast.uncapped_requests:
        yield f"  limits.max_requests ends the run after {forecast.most_requests}"
    yield "  not counted: replays of failures, repeats after 429 or 503, repeated reads,"
    yield "  and requests to fixtures that cannot be used"
    yield f"  fixtures used up: at most {forecast.appointments}"
    if forecast.minutes is not None:
        yield f"  minutes at its rate limit: at most {forecast.minutes:g}"
    yield from gap_lines(forecast)


def gap_lines(forecast: Forecast) -> Iterator[str]:
    """Yield the lines about what a run leaves untested, each with what to add; none if it leaves nothing untested."""
    for word, gaps in (("untested", forecast.gaps), ("optional", forecast.optional)):
        reasons: dict[str, list[str]] = {}
        for gap in gaps:
            reasons.setdefault(gap.reason, []).append(f"{gap.requirement} ({gap.operation})")
        for reason, names in reasons.items():
            yield f"  {word}: {', '.join(names)}: {reason}"


def _around(target: Target) -> Counter[str]:
    """The requests outside the scenarios: reads of the absent id and of fixtures, and fixtures created and removed."""
    around, api = Counter({"read": 1}), load_apis()[target.api]
    created = api.provisioning.max_records if target.provision and api.provisioning else 0
    # A fixture that a successful request uses up is read before it is used.
    consumes = any(operation.consumes for operation in api.contract.operations.values())
    if consumes and not target.read_only:
        around["read"] += max(len(target.fixtures.appointments), created)
    if target.provision:
        around["provision"] = (1 + REQUESTS_AFTER) * created
    return around


def _used(target: Target, most: int) -> int:
    if target.provision or target.read_only:
        return 0 if target.read_only else most
    return min(most, len(target.fixtures.usable))


def _standing_in(reference: Target, target: Target) -> Target:
    """The reference API as a target with the contract, the optional credentials and as many fixtures as `target`."""
    return replace(
        reference,
        forbidden_token=reference.forbidden_token if target.has_token("forbidden_token") else None,
        expired_token=reference.expired_token if target.has_token("expired_token") else None,
        second_token=reference.second_token if target.has_token("second_token") else None,
        fixtures=_same_fixtures(reference.fixtures, target),
        limits=Limits(max_requests=target.limits.max_requests),
        read_only=target.read_only,
        contract=target.contract,
    )


def _same_fixtures(available: Fixtures, target: Target) -> Fixtures:
    """As many fixtures as `target` has, or creates, and an absent id only where it names one."""
    cut = available.shortened_to(target.fixtures)
    if target.provision:
        return replace(
            available, absent_appointment=cut.absent_appointment, foreign_appointments=cut.foreign_appointments
        )
    return cut


def _gap(result: RequirementResult) -> Gap:
    return Gap(result.id, result.operation, result.reason)
