"""The evaluation of one requirement on one operation: from evidence to a result."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from appointment_conformance.traffic.intermediary import summarise
from appointment_conformance.traffic.recording import ProbeResult
from appointment_conformance.traffic.replay_options import replay_options
from appointment_reports import Failure, RequirementResult, RequirementVerdict, curl

from .evidence import Evidence, NotApplicable, OptionalMissing, Untested
from .fingerprint import fingerprint
from .requirement import Requirement

BLOCKED = "blocked in front of the API"
NO_WITNESS = "no exchange of this run exercised it"


def evaluate(
    requirement: Requirement,
    evidence: Evidence,
    *,
    unfinished: Mapping[str, str],
) -> RequirementResult:
    """Return the verdict of `requirement` over `evidence`.

    `unfinished` names the scenarios that did not play to their end, and why. A deviation is a failure whatever else
    is missing; without one, what is missing comes first: no requirement passes on half its evidence.
    """
    started, applicable, defect, failure, blocked, remedy = monotonic(), True, False, None, False, ""
    try:
        requirement.check(evidence)
        verdict, reason = _weigh(requirement, evidence, unfinished)
        blocked = verdict == "untested" and bool(evidence.blocked)
        failure = _failure(requirement, evidence) if verdict == "failed" or blocked else None
    except (Untested, OptionalMissing) as lack:
        # What to add would not help where it could not be used.
        missing = _missing(requirement, evidence, unfinished) if evidence.target.read_only else []
        verdict, reason, remedy = "untested", (*missing, str(lack))[0], "" if missing else str(lack)
        applicable = isinstance(lack, Untested)
    except NotApplicable as condition:
        # What was not played cannot tell that a condition does not hold.
        missing = _missing(requirement, evidence, unfinished)
        verdict, applicable = "untested", bool(missing)
        reason = missing[0] if missing else f"not applicable: {condition}"
    except Exception as error:  # noqa: BLE001 - one answer that we cannot read must not cost the report
        verdict, reason, defect = "error", f"an error of the suite itself: {type(error).__name__}: {error}", True
    return RequirementResult(
        id=requirement.id,
        title=requirement.title,
        level=requirement.level,
        operation=evidence.operation,
        source=requirement.source,
        verdict=verdict,
        reason=reason,
        witnesses=len(evidence.witnesses),
        duration_seconds=monotonic() - started,
        failure=failure,
        applicable=applicable,
        defect=defect,
        binding=evidence.target.advice == "fail",
        remedy=remedy,
        blocked=blocked,
    )


def _weigh(
    requirement: Requirement, evidence: Evidence, unfinished: Mapping[str, str]
) -> tuple[RequirementVerdict, str]:
    if evidence.deviations:
        return "failed", f"{len(evidence.deviations)} of {len(evidence.witnesses)} exchanges deviate"
    if missing := _missing(requirement, evidence, unfinished):
        return "untested", missing[0]
    if evidence.blocked and requirement.scenarios:  # A rule about every answer is about the API's own.
        first = evidence.blocked[0].seen
        told = f"{len(evidence.blocked)} of {len(evidence.witnesses) + len(evidence.blocked)} exchanges"
        return "untested", f"{BLOCKED}: {told}, the first {summarise(first)}, for {first.probe.name}"
    if evidence.unanswered and requirement.scenarios:
        unanswered = next(iter(evidence.unanswered.values()))
        told = f"{len(evidence.unanswered)} probes got no answer to judge, the first {_unanswered(unanswered)}"
        return "error", told
    if not evidence.witnesses:
        reason = "what may be sent to a read_only target does not show it" if evidence.target.read_only else NO_WITNESS
        return "untested", reason
    return "passed", ""


def _missing(requirement: Requirement, evidence: Evidence, unfinished: Mapping[str, str]) -> list[str]:
    """Why scenarios that the requirement needs did not play to their end."""
    return [unfinished[name] for name in requirement.scenarios_of(evidence.operation) if name in unfinished]


def _unanswered(seen: ProbeResult) -> str:
    return f"({seen.probe.name}): {seen.exchange.error or f'status {seen.status}'}"


def _failure(requirement: Requirement, evidence: Evidence) -> Failure:
    first, *rest = evidence.deviations or evidence.blocked
    others = [deviation.seen.probe.name for deviation in rest]
    more = f" (also {', '.join(others[:5])}{' and others' if len(others) > 5 else ''})" if others else ""
    exchange = first.seen.exchange
    return Failure(
        expected=first.expected,
        actual=f"{first.actual}, for {first.seen.probe.name}{more}",
        exchange=exchange,
        curl=curl(exchange.request, replay_options(evidence.target)),
        fingerprint=fingerprint(requirement, evidence.operation, evidence.deviations) if evidence.deviations else "",
    )
