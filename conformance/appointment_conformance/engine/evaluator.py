"""Evaluating requirements over what was played: verdicts, known deviations, replays, and the open questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from appointment_conformance.codes import Violation
from appointment_conformance.targets import Target
from appointment_conformance.traffic.recording import ProbeResult
from appointment_conformance.traffic.secrets import Secrets
from appointment_reports import Observation, RequirementResult

from .context import ScenarioContext
from .evaluation import evaluate
from .evidence import Evidence
from .in_front import Front
from .known_deviations import apply_deviations
from .observation import OpenQuestion
from .replays import Replays, confirmed, rounds_for
from .requirement import MUST, Requirement
from .run_options import RunOptions
from .scenario_runner import INTERRUPTED, Attempt

DISTURBANCES: Final = "RUN-OBS-01"
DISTURBANCES_QUESTION: Final = "Which answers were in doubt, and came otherwise when they were asked for again?"
UNPROVEN: Final = "unproven: no fault of the reference API is caught by it, so it does not gate"


class Evaluator:
    """Evaluates requirements of one run; sends nothing but the replays of what failed and was not declared."""

    def __init__(
        self,
        target: Target,
        context: ScenarioContext,
        options: RunOptions,
        *,
        attempt: Attempt,
        replays: Replays | None,
        secrets: Secrets,
        today: date,
    ) -> None:
        """Look at `attempt`; without `replays` nothing is played again, as an interrupt has come.

        Only the requirements that the `gating` of `options` names count against the target.
        """
        self._target, self._context, self._options = target, context, options
        self._attempt, self._replays, self._secrets, self._today = attempt, replays, secrets, today
        self._gating = options.gating or frozenset()
        self._front = Front(context.api.contract, attempt.seen)

    def evaluate(self, requirement: Requirement, operation: str) -> RequirementResult:
        """Return the verdict of one requirement on one operation; a failure that is not declared is played again."""
        evidence = self.evidence_of(requirement, operation)
        result = self._judged(requirement, evidence, self._attempt.unfinished)
        if requirement.id not in self._gating:
            return _ungated(result)
        result = apply_deviations(result, self._options.known, today=self._today)
        if result.level != MUST and result.verdict == "error":
            return _never_red(result)
        is_accused = result.verdict == "failed" and result.gates
        return self._confirmed(requirement, evidence, result) if is_accused else result

    def observations(self, questions: Sequence[OpenQuestion]) -> Iterator[Observation]:
        """Yield the answers to `questions`, and what answered for a while in the API's place, if anything did."""
        yield from map(self._observe, questions)
        disturbances = "; ".join(self._context.control.disturbances)
        if disturbances:
            yield Observation(DISTURBANCES, DISTURBANCES_QUESTION, self._secrets.hide_text(disturbances))

    def evidence_of(self, requirement: Requirement, operation: str) -> Evidence:
        """Return what a requirement gets to see of the first attempt for one of its operations."""
        return self.evidence(operation, self._attempt.seen, requirement.scenarios_of(operation))

    def evidence(self, operation: str, seen: tuple[ProbeResult, ...], scenarios: Sequence[str]) -> Evidence:
        """Return what of `seen` is of `scenarios`, or all of it where none is named."""
        chosen = tuple(answer for answer in seen if not scenarios or answer.scenario in scenarios)
        return Evidence(
            self._context.target_of_use,
            operation,
            chosen,
            contract=self._context.api.contract,
            contract_check=self._contract_check,
            in_front=self._front.answered,
        )

    def _judged(self, requirement: Requirement, evidence: Evidence, unfinished: Mapping[str, str]) -> RequirementResult:
        """Judge; an answer may hold a secret in a form that only reading it undoes."""
        return self._secrets.hide_in_result(evaluate(requirement, evidence, unfinished=unfinished))

    def _confirmed(self, requirement: Requirement, evidence: Evidence, failed: RequirementResult) -> RequirementResult:
        if self._replays is None:
            return replace(failed, reason=f"{failed.reason}; not replayed: {INTERRUPTED}")

        def rejudge(attempt: Attempt) -> RequirementResult:
            again = self.evidence(evidence.operation, attempt.seen, requirement.scenarios_of(evidence.operation))
            return self._judged(requirement, again, attempt.unfinished)

        unstable = self._target.unstable
        rounds = rounds_for(unstable, self._options.rounds)
        return confirmed(failed, self._replays.results(evidence.deviations, rejudge, rounds=rounds), unstable=unstable)

    def _observe(self, question: OpenQuestion) -> Observation:
        try:
            answered = question.answered(self.evidence(question.operation, self._attempt.seen, question.scenarios))
            return replace(answered, answer=self._secrets.hide_text(answered.answer))
        except Exception as error:  # noqa: BLE001 - one answer that we cannot read must not cost the report
            return Observation(question.id, question.question, f"not told: {type(error).__name__}")

    def _contract_check(self, check: str, seen: ProbeResult) -> Violation | None:
        # Generation and validation are the slow part of start-up: a run that is not testable does without.
        from .schemathesis_adapter import contract_engine  # noqa: PLC0415

        engine = contract_engine(
            self._target, self._context.api, profile=self._options.profile, seed_=self._options.seed
        )
        return engine.violation(check, seen.probe.operation, seen.received)


def _ungated(result: RequirementResult) -> RequirementResult:
    """The result of an unproven requirement: it is reported with all that was seen, and decides nothing."""
    reason = f"{result.reason}; {UNPROVEN}" if result.reason else UNPROVEN
    return replace(_never_red(result), applicable=False, reason=reason)


def _never_red(result: RequirementResult) -> RequirementResult:
    """Replace failed and error by untested, as the requirement does not affect the verdict; our own errors are kept."""
    red = result.verdict in {"failed", "error"} and not result.defect
    return replace(result, verdict="untested") if red else result
