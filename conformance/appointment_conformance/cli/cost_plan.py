"""The forecast: what a run will cost at most, and what it will leave untested. Nothing is sent to the target for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Any

from appointment_conformance.api import load_apis
from appointment_conformance.engine.context import Profile
from appointment_conformance.engine.read_only import part_to_run
from appointment_conformance.provisioning.provisioner import REQUESTS_AFTER
from appointment_conformance.reference_targets import reference_target, target_of
from appointment_conformance.target_run import run
from appointment_conformance.targets import Fixtures, Limits, Target
from appointment_reports import RequirementResult


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement on one operation that a run will leave untested, and why, or what to add."""

    requirement: str
    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one run of a target costs at most, and what it leaves untested.

    `most` counts requests by operation, `read` and `provision`, `uncapped_requests` all of them, `most_requests` no
    more than `limits.max_requests` lets through; `expected_requests` is what an API that conforms gets. None counts
    what is sent again while the target asks for patience (429, 503) or while reads lag, what is sent since something
    in front of the API answered, what more tells that a fixture cannot be used, nor the replays of what fails.
    `minutes` is the time that they take at the target's rate limit, None without one. `appointments` are those that
    are used up, unless the target carries out what it has to refuse.
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
    #: What optional keys of the target would let a run judge besides; it decides nothing without them.
    optional: tuple[Gap, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)


def forecast(target: Target, *, profile: Profile = "gate") -> Forecast:
    """Return the forecast for `target`: bounds from the plan, the rest from a rehearsal on the reference API.

    The rehearsal has as many fixtures and credentials as the target has, its budget of requests, and no rate limit.
    """
    scenarios = [one for one in load_apis()[target.api].scenarios if part_to_run(one, target)]
    most = sum((one.bounds(profile) for one in scenarios), _around(target))
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
        appointments=_used(target, sum(one.appointments for one in scenarios)),
        minutes=None if rate is None else ceil(bound / rate * 10) / 10,
        gaps=tuple(_gap(one) for one in result.requirements if one.verdict == "untested" and one.applicable),
        optional=tuple(_gap(one) for one in result.requirements if one.remedy and not one.applicable),
    )


def lines(told: Forecast) -> Iterator[str]:
    """Yield `told` line by line for a reader."""
    by_operation = ", ".join(f"{count} {operation}" for operation, count in told.most.items())
    yield f"{told.target} ({told.api}, profile {told.profile})"
    yield f"  requests: at most {told.uncapped_requests} ({by_operation}), {told.expected_requests} if it conforms"
    if told.most_requests < told.uncapped_requests:
        yield f"  limits.max_requests ends the run after {told.most_requests}"
    yield "  not counted: replays of what fails, what is sent again after 429 or 503, reads that are sent again"
    yield "  not counted either: fixtures that are passed by, as they cannot be used"
    yield f"  fixtures used up: at most {told.appointments}"
    if told.minutes is not None:
        yield f"  minutes at its rate limit: at most {told.minutes:g}"
    for word, gaps in (("untested", told.gaps), ("optional", told.optional)):
        reasons: dict[str, list[str]] = {}
        for gap in gaps:
            reasons.setdefault(gap.reason, []).append(f"{gap.requirement} ({gap.operation})")
        for reason, names in reasons.items():
            yield f"  {word}: {', '.join(names)}: {reason}"


def _around(target: Target) -> Counter[str]:
    """What is sent around the plan: a read of the absent appointment and of fixtures, fixtures made and removed."""
    around, api = Counter({"read": 1}), load_apis()[target.api]
    made = api.provisioning.max_records if target.provision and api.provisioning else 0
    # A record that is used up by one success is read before it is used.
    consumes = any(operation.consumes for operation in api.contract.operations.values())
    if consumes and not target.read_only:
        around["read"] += max(len(target.fixtures.appointments), made)
    if target.provision:
        around["provision"] = (1 + REQUESTS_AFTER) * made
    return around


def _used(target: Target, most: int) -> int:
    if target.provision or target.read_only:
        return 0 if target.read_only else most
    return min(most, len(target.fixtures.usable))


def _standing_in(reference: Target, target: Target) -> Target:
    """The reference API as a target that is as well equipped as `target`."""
    return replace(
        reference,
        forbidden_token=reference.forbidden_token if target.forbidden_token else None,
        expired_token=reference.expired_token if target.expired_token else None,
        second_token=reference.second_token if target.second_token else None,
        fixtures=_equipped(reference.fixtures, target),
        limits=Limits(max_requests=target.limits.max_requests),
        read_only=target.read_only,
    )


def _equipped(have: Fixtures, target: Target) -> Fixtures:
    """As many fixtures as `target` has, or will have made, and no absent id where it names none."""
    cut = have.shortened_to(target.fixtures)
    if target.provision:
        return replace(have, absent_appointment=cut.absent_appointment, foreign_appointments=cut.foreign_appointments)
    return cut


def _gap(result: RequirementResult) -> Gap:
    return Gap(result.id, result.operation, result.reason)
