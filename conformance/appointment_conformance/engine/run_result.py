"""The result of a run, built from what is known at its end. Nothing here sends or reads anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from appointment_conformance import __version__
from appointment_conformance.errors import NotTestable, SuiteError
from appointment_conformance.targets import Target
from appointment_conformance.traffic.secrets import Secrets
from appointment_reports import (
    ContractUsed,
    DocumentFinding,
    Exchange,
    Observation,
    RequirementResult,
    RunResult,
    TargetVerdict,
)
from appointment_specs import Contract

from .known_deviations import stale_entries
from .requirement import Requirement
from .run_options import RunOptions
from .scenario_runner import INTERRUPTED
from .verdict import fold

#: Verdicts that what an interrupted run left out cannot change.
_FINAL = frozenset({"not-conformant", "error", "not-testable"})
#: Why a requirement is untested in a run whose verdict is about a selection.
NOT_SELECTED: Final = "it was not selected, and the verdict is about the selection only"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a run at its end, apart from the verdicts."""

    target: Target
    #: By what it is judged.
    contract: Contract
    options: RunOptions
    secrets: Secrets
    started_at: datetime
    duration_seconds: float
    requests: int
    appointments_consumed: int
    #: How many requirements were selected, each operation counted; None if the verdict is about all of them.
    selected: int | None
    #: A sentence on the appointments that were not used, empty where there is none.
    passed_by: str
    #: A sentence on the records that the clean-up left behind, empty where there is none.
    left_behind: str
    exchanges: Sequence[Exchange]


def evaluated_result(
    facts: RunFacts, results: Sequence[RequirementResult], observations: Sequence[Observation], *, lost: str
) -> RunResult:
    """Return the result over the requirements' `results`; `lost` says why the run ended early, empty if it did not."""
    unselected = {(result.id, result.operation) for result in results if result.reason == NOT_SELECTED}
    known = [entry for entry in facts.options.known if (entry.requirement, entry.operation) not in unselected]
    stale = stale_entries(known, results, today=facts.started_at.date())
    verdict, reason = fold(results, stale)
    if facts.selected is not None:
        reason = f"{_of_a_part(facts.selected, results)} {reason}".strip()
    if lost and verdict != "conformant":
        # Why the run ended early explains most of what follows, and is said once.
        reason = f"{lost} {reason.replace(f'; {lost}', '.')}"
    return _result(facts, verdict, reason, results, observations)


def failed_result(facts: RunFacts, error: SuiteError) -> RunResult:
    """Return the result of a run that `error` ended before anything could be evaluated."""
    return _result(facts, "not-testable" if isinstance(error, NotTestable) else "error", str(error), (), ())


def interrupted_result(result: RunResult) -> RunResult:
    """Return `result` as that of a run that was interrupted: what was left out may be what would have failed."""
    verdict = result.verdict if result.verdict in _FINAL else "not-verified"
    return replace(result, verdict=verdict, reason=f"{INTERRUPTED}. {result.reason}".strip())


def left_out(requirement: Requirement, operation: str) -> RequirementResult:
    """Return the result of a requirement that was not selected, in a run whose verdict is about the selection."""
    result = not_run(requirement, operation)
    return replace(result, applicable=False, reason=NOT_SELECTED)


def not_run(requirement: Requirement, operation: str) -> RequirementResult:
    """Return the result of a requirement that was not evaluated."""
    return RequirementResult(
        id=requirement.id,
        title=requirement.title,
        level=requirement.level,
        operation=operation,
        source=requirement.source,
        verdict="untested",
        reason="it was not run: deselected, or the run ended before its turn",
    )


def contract_used(contract: Contract) -> ContractUsed:
    """Return what reports say of a contract."""
    own = contract.own_document
    return ContractUsed(own.name if own else "", contract.digest)


def _of_a_part(selected: int, results: Sequence[RequirementResult]) -> str:
    decides = any(result.level == "MUST" and result.applicable for result in results)
    none = "" if decides else " It contains no MUST requirement that counts, so it decides nothing."
    return f"This verdict is about a part only: {selected} of {len(results)} requirements were selected.{none}"


def _result(
    facts: RunFacts,
    verdict: TargetVerdict,
    reason: str,
    results: Sequence[RequirementResult],
    observations: Sequence[Observation],
) -> RunResult:
    target, options, hide = facts.target, facts.options, facts.secrets.hide_text
    used = contract_used(facts.contract)
    return RunResult(
        target=target.name,
        api=target.api,
        base_url=hide(target.base_url),
        description=hide(target.description),
        verdict=verdict,
        reason=hide(" ".join(filter(None, (reason, facts.passed_by, facts.left_behind)))),
        profile=options.profile,
        seed=options.seed,
        suite_version=__version__,
        run_id=options.run_id,
        started_at=facts.started_at,
        duration_seconds=facts.duration_seconds,
        requests=facts.requests,
        appointments_consumed=facts.appointments_consumed,
        requirements=tuple(results),
        observations=tuple(observations),
        document_findings=tuple(
            DocumentFinding(found.id, found.place, found.finding) for found in facts.contract.findings()
        ),
        contract=replace(used, path=hide(used.path)),
        command=options.command,
        targets_file=options.targets_file,
        partial=facts.selected is not None,
        exchanges=facts.exchanges,
        hide_secrets=facts.secrets.scrub,
    )
