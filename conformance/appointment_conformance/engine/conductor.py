"""The one conductor of a run: its steps, their order, what is selected, and what an error or an interrupt does.

The command line, pytest, the selftest, `plan` and Python callers take these steps, and follow the run by its events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from appointment_conformance.errors import SuiteError
from appointment_conformance.provisioning.provisioner import LazyProvisioner
from appointment_conformance.signals import is_interrupt
from appointment_conformance.targets import Target
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.recording import ProbeResult, Recording
from appointment_conformance.traffic.requests_session import block_unguarded_requests
from appointment_conformance.traffic.secrets import Secrets
from appointment_reports import RequirementResult, RunResult

from .api import Api
from .context import ScenarioContext
from .evaluator import Evaluator
from .events import Event, OnEvent, RequestsCounted, RequirementEvaluated, RunBegan, RunFinished, ScenarioBegan
from .needs import Selected, on_each_operation, scenarios_for
from .observation import OpenQuestion
from .preparation import left_behind, prepared, with_own_fixtures
from .proof import proven_in
from .replays import Replays
from .requirement import Requirement
from .run_options import RunOptions
from .run_result import RunFacts, evaluated_result, failed_result, interrupted_result, left_out, not_run
from .scenario_runner import ScenarioRunner

#: Asked once, before anything is sent, for fixtures in place of those of the target; None keeps those.
OwnFixtures = Callable[[Target], object]


class Conductor:
    """One run: `play`, then `evaluate` for each requirement whose turn has come, then `finish`, and `close` at last.

    `run` takes all these steps for all requirements.
    """

    def __init__(self, target: Target, api: Api, options: RunOptions | None = None) -> None:
        """Connect to nothing yet."""
        self.target, self.api, self.options = target, api, options or RunOptions()
        if self.options.gating is None:
            self.options = replace(self.options, gating=proven_in(api.caught))
        #: Why nothing can be evaluated, None while something can.
        self.error: SuiteError | None = None
        self._started_at, self._clock = datetime.now(UTC), monotonic()
        self.recording = Recording()
        self._client = Client(target, policy=api.policy(target), run_id=self.options.run_id, recording=self.recording)
        self._context = ScenarioContext(target, api, self._client, profile=self.options.profile, seed=self.options.seed)
        self._provisioner = LazyProvisioner(
            self._client,
            self.options.journals / target.name,
            run_id=self.options.run_id,
            provisioning=api.provisioning,
        )
        self._runner = ScenarioRunner(self._context, api.scenarios)
        self._replays = Replays(self._context, self.recording, api.scenarios, self._runner.run)
        self._evaluator: Evaluator | None = None
        self._selected: tuple[Selected, ...] = ()
        self._results: dict[tuple[str, str], RequirementResult] = {}
        self._consumers: list[OnEvent] = []
        self._has_begun = self._is_interrupted = False

    def subscribe(self, consumer: OnEvent) -> None:
        """Call `consumer` with each event from here on; the first one says which run it is."""
        began = RunBegan(self.options.run_id, self.target.api, self.secrets.hide_text(self.target.base_url))
        consumer(began)
        self._consumers.append(consumer)
        self._client.rate_limiter.on_counted = self._on_counted

    def run(self) -> RunResult:
        """Take every step for every requirement and return the result; own records are removed whatever happens."""
        try:
            self.play()
            self.evaluate_all()
            return self.finish()
        finally:
            self.clean_up()
            self.close()

    def play(
        self,
        selected: Iterable[Selected] | None = None,
        *,
        questions: Iterable[OpenQuestion] | None = None,
        own_fixtures: OwnFixtures = lambda _: None,
    ) -> None:
        """Prepare the fixtures, and play the scenarios that the `selected` requirements need, which are all if None.

        The open questions are asked where every requirement is selected, or those of `questions`. What a scenario needs
        is played as well, so any selection is judged as the whole is. An error ends the run: `error` says why. One
        that is a defect is raised as well.
        """
        self._selected = self._all if selected is None else tuple(selected)
        self._has_begun = True
        try:
            self.target = self._client.sign_in()
            self.target = with_own_fixtures(self.target, own_fixtures(self.target))
            with block_unguarded_requests():
                self.target = prepared(self.target, self._context, self._provisioner, self.api.scenarios)
                needed = scenarios_for(self.api, self._selected, questions)
                self._runner.run_in_order(needed, self.target, self._on_begin)
        except SuiteError as error:
            self.break_off(error)
        except Exception as error:
            if is_interrupt(error):
                raise KeyboardInterrupt from error
            self.break_off(SuiteError(f"an error of the suite itself: {type(error).__name__}: {error}"))
            raise

    def evaluate(self, requirement: Requirement, operation: str) -> RequirementResult:
        """Evaluate one requirement on one operation. Raises the error that has ended the run, if one has."""
        if self.error is not None:
            raise self.error
        result = self.evaluator.evaluate(requirement, operation)
        self._results[requirement.id, operation] = result
        self._emit(RequirementEvaluated(result))
        return result

    def evaluate_all(self) -> None:
        """Evaluate what of the selection was not evaluated yet; nothing, if an error has ended the run."""
        for requirement, operation in self._selected if self.error is None else ():
            if (requirement.id, operation) not in self._results:
                self.evaluate(requirement, operation)

    def break_off(self, error: SuiteError) -> None:
        """Let the run end by `error`: nothing is evaluated any more."""
        self.error = type(error)(self.secrets.hide_text(str(error)))

    def interrupt(self) -> None:
        """Send nothing any more but removals; `finish` evaluates the rest of the selection over what was played."""
        self._is_interrupted, self._evaluator = True, None
        self._runner.stop()

    def clean_up(self) -> str:
        """Remove what the run made, once; return a sentence on what is left behind, empty where nothing is."""
        return left_behind(self._provisioner.remove_records(self.recording.seen), self.options.run_id)

    def finish(self, *, error: str = "") -> RunResult:
        """Clean up and return the result. `error` says what the caller itself could not do; the verdict is then that.

        What an interrupt kept from its turn is evaluated here, without an event of its own.
        """
        if self._is_interrupted and self._has_begun and self.error is None:
            self._evaluate_rest()
        result = self.result(self.clean_up())
        if error:
            result = replace(result, verdict="error", reason=error)
        self._emit(RunFinished(result))
        return result

    def result(self, left_behind: str = "") -> RunResult:
        """Return the result as far as it is known. Sends nothing; `left_behind` is what `clean_up` has returned."""
        facts = self._facts(left_behind)
        if self.error is not None:
            result = failed_result(facts, self.error)
        else:
            results = [
                self._results.get((requirement.id, name)) or self._not_evaluated(requirement, name)
                for requirement, name in self._all
            ]
            observations = tuple(self.evaluator.observations(self.api.questions))
            result = evaluated_result(facts, results, observations, lost=self._runner.lost)
        return interrupted_result(result) if self._is_interrupted else result

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    @property
    def secrets(self) -> Secrets:
        """The secrets of the target, with every token that was obtained so far."""
        return self._client.secrets

    @property
    def evaluator(self) -> Evaluator:
        """What evaluates over the first attempt, as it stands when it is first asked for."""
        if self._evaluator is None:
            self._evaluator = Evaluator(
                self.target,
                self._context,
                self.options,
                attempt=self._runner.attempt,
                replays=None if self._is_interrupted else self._replays,
                secrets=self.secrets,
                today=self._started_at.date(),
            )
        return self._evaluator

    @property
    def _all(self) -> tuple[Selected, ...]:
        return on_each_operation(self.api.catalogue)

    @property
    def _is_partial(self) -> bool:
        """Whether the verdict is about a part: it was asked for, and a part was selected."""
        return self.options.partial and 0 < len(self._selected) < len(self._all)

    def _not_evaluated(self, requirement: Requirement, operation: str) -> RequirementResult:
        is_left_out = self._is_partial and (requirement.id, operation) not in self._selected_keys
        return (left_out if is_left_out else not_run)(requirement, operation)

    @property
    def _selected_keys(self) -> frozenset[tuple[str, str]]:
        return frozenset((requirement.id, operation) for requirement, operation in self._selected)

    def _evaluate_rest(self) -> None:
        for requirement, operation in self._selected:
            key = (requirement.id, operation)
            if key not in self._results:
                self._results[key] = self.evaluator.evaluate(requirement, operation)

    def _facts(self, left_behind: str) -> RunFacts:
        return RunFacts(
            target=self.target,
            contract=self.api.contract,
            options=self.options,
            secrets=self.secrets,
            started_at=self._started_at,
            duration_seconds=monotonic() - self._clock,
            requests=self._client.rate_limiter.requests,
            appointments_consumed=self._consumed(),
            selected=len(self._selected) if self._is_partial else None,
            passed_by=self._context.passed_by_message(),
            left_behind=left_behind,
            exchanges=self.recording.exchanges,
        )

    def _consumed(self) -> int:
        """How many appointments the target says that it has used up."""
        used = (seen for seen in self.recording.seen if self._has_consumed(seen))
        return len({seen.probe.appointment for seen in used})

    def _has_consumed(self, seen: ProbeResult) -> bool:
        operation = self.api.contract.operations.get(seen.probe.operation)
        return operation is not None and operation.consumes and seen.probe.method == operation.method and seen.succeeded

    def _on_begin(self, name: str, number: int, total: int) -> None:
        self._emit(ScenarioBegan(name, number, total))

    def _on_counted(self) -> None:
        self._emit(RequestsCounted(self._client.rate_limiter.requests, self._consumed()))

    def _emit(self, event: Event) -> None:
        for consumer in self._consumers:
            consumer(event)
