"""The judge of one requirement on one operation: from evidence to a result."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from appointment_conformance.traffic.recording import Seen
from appointment_reports import Failure, RequirementResult, RequirementVerdict, curl

from .evidence import Deviation, Evidence, NotApplicable, Untested
from .fingerprint import fingerprint
from .requirement import Requirement


def judge(
    requirement: Requirement,
    evidence: Evidence,
    *,
    unfinished: Mapping[str, str],
) -> RequirementResult:
    """Return the verdict of `requirement` over `evidence`.

    `unfinished` names the scenarios that did not play to their end, and why. A deviation is a failure whatever else
    is missing; without one, what is missing comes first: no requirement passes on half its evidence.
    """
    started, applicable = monotonic(), True
    try:
        requirement.judge(evidence)
        verdict, reason = _weigh(requirement, evidence, unfinished)
    except Untested as remedy:
        verdict, reason = "untested", str(remedy)
    except NotApplicable as condition:
        verdict, reason, applicable = "untested", f"not applicable: {condition}", False
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
        failure=_failure(requirement, evidence) if verdict == "failed" else None,
        applicable=applicable,
    )


def _weigh(
    requirement: Requirement, evidence: Evidence, unfinished: Mapping[str, str]
) -> tuple[RequirementVerdict, str]:
    if evidence.deviations:
        return "failed", f"{len(evidence.deviations)} of {len(evidence.witnesses)} exchanges deviate"
    missing = [unfinished[name] for name in requirement.scenarios_of(evidence.operation) if name in unfinished]
    if missing:
        return "untested", missing[0]
    if evidence.unanswered and requirement.scenarios:
        first = next(iter(evidence.unanswered.values()))
        return "error", f"{len(evidence.unanswered)} probes got no answer to judge, the first {_unanswered(first)}"
    if not evidence.witnesses:
        return "untested", "no exchange of this run exercised it"
    return "passed", ""


def _unanswered(seen: Seen) -> str:
    return f"({seen.probe.name}): {seen.exchange.error or f'status {seen.status}'}"


def _failure(requirement: Requirement, evidence: Evidence) -> Failure:
    first: Deviation = evidence.deviations[0]
    others = [deviation.seen.probe.name for deviation in evidence.deviations[1:]]
    more = f" (also {', '.join(others[:5])}{' and others' if len(others) > 5 else ''})" if others else ""
    exchange = first.seen.exchange
    return Failure(
        expected=first.expected,
        actual=f"{first.actual}, for {first.seen.probe.name}{more}",
        exchange=exchange,
        curl=curl(exchange.request),
        fingerprint=fingerprint(requirement.id, evidence.operation, evidence.deviations),
    )
