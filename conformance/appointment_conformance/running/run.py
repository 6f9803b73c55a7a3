"""One run against one target: scenarios are played once, then every requirement is judged over what they brought."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from appointment_conformance import __version__
from appointment_conformance.errors import BudgetSpent, FixtureLost, NotTestable, SuiteError, TargetLost, TooFewFixtures
from appointment_conformance.judging.evidence import Evidence
from appointment_conformance.judging.judge import judge
from appointment_conformance.judging.observation import OpenQuestion
from appointment_conformance.judging.proven import proven
from appointment_conformance.judging.requirement import Requirement, catalogue, questionnaire
from appointment_conformance.judging.verdict import fold
from appointment_conformance.scenarios.plan import plan
from appointment_conformance.scenarios.scenario import Scenario
from appointment_conformance.scenarios.stage import Profile, Stage
from appointment_conformance.targets import Target
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.recording import Recording, Seen
from appointment_conformance.traffic.session import sealed
from appointment_reports import DocumentFinding, Exchange, Observation, RequirementResult, RunResult, TargetVerdict
from appointment_specs import document_findings

from .preflight import refusal

PREFLIGHT = "preflight"
#: Called with a scenario's name, its number, and how many there are.
Announce = Callable[[str, int, int], object]


def _quietly(name: str, number: int, total: int) -> None:
    """Announce nothing."""


class Run:
    """The state of one run; `conduct` comes first, then `judge` for each requirement, then `result`."""

    def __init__(self, target: Target, *, profile: Profile, seed: int) -> None:
        """Connect to nothing yet."""
        self.target, self.profile, self.seed = target, profile, seed
        self.run_id = uuid.uuid4().hex[:12]
        self.started_at, self._clock = datetime.now(UTC), monotonic()
        self.recording = Recording()
        self._client = Client(target, run_id=self.run_id, recording=self.recording)
        self._stage = Stage(target, self._client, profile=profile, seed=seed)
        self._unfinished: dict[str, str] = {}
        self._replays = Replays(self._stage, self.recording, plan(target.api), self._play)
        #: How much of the recording the replays came after; None while nothing is judged.
        self._conducted: int | None = None

    def conduct(
        self,
        requirements: Iterable[Requirement],
        questions: Iterable[OpenQuestion] = (),
        *,
        announce: Announce = _quietly,
    ) -> None:
        """Play the scenarios that `requirements` and `questions` need, in the order of the plan, each announced first.

        Raises NotTestable after the preflight where the target cannot be judged, and RequestRefused for a defect of
        the suite itself. A spent budget or missing fixtures leave scenarios unfinished and their requirements untested.
        """
        needed = {name for one in requirements for operation in one.operations for name in one.scenarios_of(operation)}
        needed |= {name for question in questions for name in question.scenarios}
        played = [one for one in plan(self.target.api) if one.name in needed or one.name == PREFLIGHT]
        with sealed():
            for number, scenario in enumerate(played, start=1):
                announce(scenario.name, number, len(played))
                self._play(scenario)
                if scenario.name == PREFLIGHT and (reason := refusal(self.recording.seen)):
                    raise NotTestable(reason)

    def judge(self, requirement: Requirement, operation: str) -> RequirementResult:
        """Return the verdict of one requirement on one operation."""
        evidence = self._evidence(operation, requirement.scenarios_of(operation))
        result = judge(requirement, evidence, unfinished=self._unfinished)
        if requirement.id in proven():
            return result
        reason = "unproven: no fault of the reference API is caught by it, so it does not gate"
        return replace(result, applicable=False, reason=reason)

    def result(self, results: Sequence[RequirementResult]) -> RunResult:
        """Return the result of the run over the requirements' `results`, with the observations made on the way."""
        verdict, reason = fold(results)
        return self._result(verdict, reason, results, [self._observe(one) for one in questionnaire(self.target.api)])

    def broken_off(self, verdict: TargetVerdict, error: SuiteError) -> RunResult:
        """Return the result of a run that ended before anything could be judged."""
        return self._result(verdict, str(error), (), ())

    def exchanges(self) -> Iterable[Exchange]:
        """Return every exchange, oldest first."""
        return self.recording.exchanges

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _play(self, scenario: Scenario) -> None:
        self._stage.scenario = scenario.name
        try:
            scenario.play(self._stage)
        except (BudgetSpent, FixtureLost, TargetLost, TooFewFixtures) as reason:
            self._unfinished[scenario.name] = str(reason)

    def _observe(self, question: OpenQuestion) -> Observation:
        return question.answered(self._evidence(question.operation, question.scenarios))

    def _evidence(self, operation: str, scenarios: Sequence[str]) -> Evidence:
        """What `scenarios` brought, or everything where none is named."""
        seen = tuple(one for one in self.recording.seen if not scenarios or one.exchange.scenario in scenarios)
        return Evidence(self.target, operation, seen, contract_check=self._contract_check)

    def _contract_check(self, check: str, seen: Seen) -> str | None:
        # Generation and validation are the slow part of start-up: a run that is not testable does without.
        from appointment_conformance.contract_engine import contract_engine  # noqa: PLC0415

        engine = contract_engine(self.target, profile=self.profile, seed_=self.seed)
        return engine.objection(check, seen.probe.operation, seen.exchange)

    def _result(
        self,
        verdict: TargetVerdict,
        reason: str,
        results: Sequence[RequirementResult],
        observations: Sequence[Observation],
    ) -> RunResult:
        return RunResult(
            target=self.target.name,
            api=self.target.api,
            base_url=self.target.base_url,
            verdict=verdict,
            reason=reason,
            profile=self.profile,
            seed=self.seed,
            suite_version=__version__,
            run_id=self.run_id,
            started_at=self.started_at,
            duration_seconds=monotonic() - self._clock,
            requests=self._client.pace.requests,
            appointments_consumed=self._consumed(),
            requirements=tuple(results),
            observations=tuple(observations),
            document_findings=tuple(
                DocumentFinding(found.id, found.place, found.finding) for found in document_findings(self.target.api)
            ),
        )

    def _consumed(self) -> int:
        cancelled = {
            seen.probe.appointment
            for seen in self.recording.seen
            if seen.probe.method == "DELETE" and seen.status is not None and 200 <= seen.status < 300
        }
        return len(cancelled)


def run(target: Target, *, profile: Profile = "gate", seed: int = 1) -> tuple[RunResult, tuple[Exchange, ...]]:
    """Judge every requirement of the target's api; return the result and every exchange behind it."""
    requirements = catalogue(target.api)
    conducted = Run(target, profile=profile, seed=seed)
    try:
        conducted.conduct(requirements, questionnaire(target.api))
        results = [conducted.judge(one, operation) for one in requirements for operation in one.operations]
        return conducted.result(results), tuple(conducted.exchanges())
    except NotTestable as reason:
        return conducted.broken_off("not-testable", reason), tuple(conducted.exchanges())
    finally:
        conducted.close()
