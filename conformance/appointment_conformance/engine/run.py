"""One run against one target: scenarios are played once, then every requirement is judged over what they brought."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from appointment_conformance import __version__
from appointment_conformance.engine.absent_id import with_absent_settled
from appointment_conformance.engine.context import Profile, Stage
from appointment_conformance.engine.evaluation import judge
from appointment_conformance.engine.evidence import Evidence
from appointment_conformance.engine.in_front import Front
from appointment_conformance.engine.known_deviations import KnownDeviation, complaints, excused
from appointment_conformance.engine.needs import with_needs
from appointment_conformance.engine.observation import OpenQuestion
from appointment_conformance.engine.read_only import READ_ONLY, part
from appointment_conformance.engine.requirement import MUST, Requirement
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.engine.verdict import fold
from appointment_conformance.errors import (
    BudgetSpent,
    ConfigurationError,
    FixtureLost,
    NotTestable,
    ScenarioDisturbed,
    SuiteError,
    TargetLost,
    TooFewFixtures,
)
from appointment_conformance.provisioning.journal import remedy
from appointment_conformance.provisioning.provisioner import LazyProvisioner
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.recording import Recording, Seen
from appointment_conformance.traffic.secrets import secrets_of
from appointment_conformance.traffic.session import sealed
from appointment_reports import DocumentFinding, Exchange, Observation, RequirementResult, RunResult, TargetVerdict
from appointment_specs import document_findings

from .api import Api
from .preflight import refusal
from .replays import ROUNDS, Replay, Replays, confirmed, rounds_for

PREFLIGHT = "preflight"
JOURNALS = Path("conformance-reports")
HICCUPS = "RUN-OBS-01"
HICCUPS_QUESTION = "Which answers were in doubt, and came otherwise when they were asked for again?"
#: How often a scenario is played at most while something in front of the API answers in its place.
MAX_PLAYS = 4
#: Appointments made beside those that the scenarios use up.
BYSTANDERS = 1
INTERRUPTED = "the run was interrupted"
UNPROVEN = "unproven: no fault of the reference API is caught by it, so it does not gate"
#: Called with a scenario's name, its number, and how many there are.
Announce = Callable[[str, int, int], object]


def _quietly(name: str, number: int, total: int) -> None:
    """Announce nothing."""


class Run:
    """The state of one run; `conduct` comes first, then `judge` for each requirement, then `result`."""

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        target: Target,
        api: Api,
        *,
        profile: Profile,
        seed: int,
        known: Sequence[KnownDeviation] = (),
        rounds: int = ROUNDS,
        journals: Path = JOURNALS,
        run_id: str = "",
        gating: frozenset[str] | None = None,
    ) -> None:
        """Connect to nothing yet. `rounds` is how often at most a failure is played again.

        `journals` is the directory where it is noted what is made at a target that wants its fixtures made; `run_id` is
        made up unless it is given. `gating` are the requirements that may count against the target: those that are
        proven able to fail; those that the API's own proof names, unless given.
        """
        self.target, self.api, self.profile, self.seed = target, api, profile, seed
        self._known, self._rounds = known, rounds
        self._gating = frozenset(api.caught) if gating is None else gating
        self.run_id = run_id or uuid.uuid4().hex[:12]
        self.started_at, self._clock = datetime.now(UTC), monotonic()
        self.recording = Recording()
        self.secrets = secrets_of(target)
        self._client = Client(target, policy=api.policy(target), run_id=self.run_id, recording=self.recording)
        self._stage = Stage(target, self._client, policy=api.policy, profile=profile, seed=seed)
        self._provisioner = LazyProvisioner(
            self._client, journals / target.name, run_id=self.run_id, provisioning=api.provisioning
        )
        self._unfinished: dict[str, str] = {}
        #: The scenarios that have had their turn, and whether that were all.
        self._played: set[str] = set()
        self._is_played = False
        #: Whether nothing is sent any more but removals.
        self._stopped = False
        #: Why nothing is played any more, empty while the target answers.
        self._lost = ""
        self._replays = Replays(self._stage, self.recording, api.scenarios, self._play)
        #: What is judged at first; replays come after it.
        self._seen: tuple[Seen, ...] = ()
        self._front = Front(target.api, ())

    def take(self, fixtures: object) -> None:
        """Use `fixtures`, where there are any, in place of those of the target; none are made then.

        Raises ConfigurationError for anything that is neither Fixtures nor None.
        """
        if not isinstance(fixtures, Fixtures | None):
            raise ConfigurationError(f"pytest_conformance_fixtures returned {type(fixtures).__name__}, not Fixtures.")
        if fixtures is not None:
            self.target = replace(self.target, fixtures=fixtures, provision=None)

    def conduct(
        self,
        requirements: Iterable[Requirement],
        questions: Iterable[OpenQuestion] = (),
        *,
        announce: Announce = _quietly,
    ) -> None:
        """Play the scenarios that `requirements` and `questions` need, in the order of the plan, each announced first.

        What one of those needs is played as well, so any selection can be judged as the whole is.

        Raises NotTestable after the preflight where the target cannot be judged, and RequestRefused for a defect of
        the suite itself. A spent budget or missing fixtures leave scenarios unfinished and their requirements untested,
        and after a target that stops answering none is played any more.
        """
        needed = {name for one in requirements for operation in one.operations for name in one.scenarios_of(operation)}
        needed |= {name for question in questions for name in question.scenarios}
        chosen = with_needs({*needed, PREFLIGHT}, self.api.scenarios)
        played = [one for one in self.api.scenarios if one.name in chosen]
        with sealed():
            self._equip()
            for number, scenario in enumerate(played, start=1):
                if not self._lost:
                    announce(scenario.name, number, len(played))
                if reason := self._play(scenario):
                    self._unfinished[scenario.name] = reason
                self._seen = self.recording.seen
                self._played.add(scenario.name)
                if scenario.name == PREFLIGHT and (reason := refusal(self.recording.seen, self.target)):
                    raise NotTestable(reason if self._seen else self._unfinished.get(PREFLIGHT, reason))
                if scenario.name == PREFLIGHT and self._lost:
                    raise NotTestable(self._lost)
            self._conclude_play(played)
            self._is_played = True

    def _conclude_play(self, played: Sequence[Scenario]) -> None:
        """Make sure that what came last was the API's, and play again what has lost evidence meanwhile."""
        control = self._stage.control
        try:
            if not self._lost:
                control.confirm(played[-1].name)
        except TargetLost as error:
            self._lost = str(error)
        except (ScenarioDisturbed, BudgetSpent):
            pass  # What has lost evidence by it is played again below, or is unfinished.
        self._stage.forget_void()
        for scenario in played:
            if scenario.name in control.disturbed and (reason := self._play(scenario)):
                self._unfinished[scenario.name] = reason
        self._seen = self.recording.seen
        self._front = Front(self.target.api, self._seen)

    def stop(self) -> None:
        """Send nothing any more but removals: an interrupt has come. What was played is judged as it is."""
        self._stopped = True
        if not self._is_played:
            self._keep_what_was_played()

    def _keep_what_was_played(self) -> None:
        """Let be evidence what is sure to be the API's; before the preflight has ended nothing is."""
        self._stage.discard_unsettled()
        left_out = [one.name for one in self.api.scenarios if one.name not in self._played]
        for name in (*left_out, *self._stage.control.disturbed):
            self._unfinished.setdefault(name, f"{INTERRUPTED} before this was played to its end.")
        self._seen = self.recording.seen if PREFLIGHT in self._played else ()
        self._front = Front(self.target.api, self._seen)

    def follow(self, tell: Callable[[int, int], object]) -> None:
        """Call `tell` with the number of requests and of appointments used, each time before something is sent."""
        self._client.pace.on_counted = lambda: tell(self._client.pace.requests, len(self._canceled()))

    def judge(self, requirement: Requirement, operation: str) -> RequirementResult:
        """Return the verdict of one requirement on one operation; a failure that is not declared is played again."""
        evidence = self._evidence(operation, self._seen, requirement.scenarios_of(operation))
        result = self._judged(requirement, evidence, self._unfinished)
        if requirement.id not in self._gating:
            return _ungated(result)
        result = excused(result, self._known, today=self.started_at.date())
        if result.level != MUST and result.verdict == "error":
            return _never_red(result)
        is_accused = result.verdict == "failed" and result.gates
        if is_accused and self._stopped:
            return replace(result, reason=f"{result.reason}; not replayed: {INTERRUPTED}")
        return self._confirmed(requirement, evidence, result) if is_accused else result

    def result(self, results: Sequence[RequirementResult]) -> RunResult:
        """Return the result of the run over the requirements' `results`, with the observations made on the way."""
        verdict, reason = fold(results, complaints(self._known, results, today=self.started_at.date()))
        if self._lost and verdict != "conformant":
            # Why the run ended early explains most of what follows, and is said once.
            reason = f"{self._lost} {reason.replace(f'; {self._lost}', '.')}"
        observed = [self._observe(one) for one in self.api.questions]
        return self._result(verdict, reason, results, [*observed, *self._hiccups()])

    def broken_off(self, verdict: TargetVerdict, error: SuiteError) -> RunResult:
        """Return the result of a run that ended before anything could be judged."""
        return self._result(verdict, str(error), (), ())

    def exchanges(self) -> Iterable[Exchange]:
        """Return every exchange, oldest first."""
        return self.recording.exchanges

    def close(self) -> None:
        """Remove what was made, and let go of the connections."""
        self._tidy()
        self._client.close()

    def _equip(self) -> None:
        """Have the fixtures made where the target says so, and be sure of the appointment that is absent."""
        appointments = sum(scenario.appointments for scenario in self.api.scenarios) + BYSTANDERS
        stocked = self._provisioner.create(self.target, appointments=appointments)
        self._stage.equip(stocked)
        self.target = with_absent_settled(stocked, self._client)
        self._stage.equip(self.target)

    def _tidy(self) -> str:
        """Remove what was made; return a sentence on what is left behind, empty where nothing is."""
        left = self._provisioner.remove_records(self.recording.seen)
        if not left:
            return ""
        remedies = [remedy(self.run_id)] if any(one.removable for one in left) else []
        return f"Left behind by run {self.run_id}: {'; '.join([*(one.message for one in left), *remedies])}."

    def _play(self, scenario: Scenario) -> str | None:
        """Play to the end, or return why not; nothing is played once the target is lost."""
        if self._lost:
            return self._lost
        play = part(scenario, self.target)
        if play is None:
            return READ_ONLY
        self._stage.begin(scenario.name)
        newest, told = self.recording.newest, ""
        for _ in range(MAX_PLAYS):
            try:
                play(self._stage)
            except TargetLost as reason:
                self._lost = str(reason)
                return self._lost
            except (BudgetSpent, FixtureLost, TooFewFixtures) as reason:
                return str(reason)
            except ScenarioDisturbed as reason:
                # Half of a scenario shows what its rest would have explained.
                told = str(reason)
                self._stage.control.discard_since(newest)
                self._stage.begin_again()
            else:
                self._stage.control.disturbed.discard(scenario.name)
                return None
        return told

    def _judged(self, requirement: Requirement, evidence: Evidence, unfinished: Mapping[str, str]) -> RequirementResult:
        """Judge; an answer may hold a secret in a form that only reading it undoes."""
        return self.secrets.hide_in_result(judge(requirement, evidence, unfinished=unfinished))

    def _confirmed(self, requirement: Requirement, evidence: Evidence, failed: RequirementResult) -> RequirementResult:
        def rejudge(replay: Replay) -> RequirementResult:
            again = self._evidence(evidence.operation, replay.seen, requirement.scenarios_of(evidence.operation))
            return self._judged(requirement, again, replay.unfinished)

        rounds = rounds_for(self.target.unstable, self._rounds)
        again = self._replays.results(evidence.deviations, rejudge, rounds=rounds)
        return confirmed(failed, again, unstable=self.target.unstable)

    def _hiccups(self) -> list[Observation]:
        """What something in front of the API answered for a while, where there was anything."""
        told = "; ".join(self._stage.control.hiccups)
        return [Observation(HICCUPS, HICCUPS_QUESTION, self.secrets.hide_text(told))] if told else []

    def _observe(self, question: OpenQuestion) -> Observation:
        try:
            told = question.answered(self._evidence(question.operation, self._seen, question.scenarios))
            return replace(told, answer=self.secrets.hide_text(told.answer))
        except Exception as error:  # noqa: BLE001 - one answer that we cannot read must not cost the report
            return Observation(question.id, question.question, f"not told: {type(error).__name__}")

    def _evidence(self, operation: str, seen: tuple[Seen, ...], scenarios: Sequence[str]) -> Evidence:
        """What of `seen` is of `scenarios`, or all of it where none is named."""
        chosen = tuple(one for one in seen if not scenarios or one.scenario in scenarios)
        return Evidence(
            self._stage.target_of_use,
            operation,
            chosen,
            contract_check=self._contract_check,
            in_front=self._front.answered,
        )

    def _contract_check(self, check: str, seen: Seen) -> str | None:
        # Generation and validation are the slow part of start-up: a run that is not testable does without.
        from appointment_conformance.engine.schemathesis_adapter import contract_engine  # noqa: PLC0415

        engine = contract_engine(self.target, self.api.policy, profile=self.profile, seed_=self.seed)
        return engine.objection(check, seen.probe.operation, seen.exchange)

    def _result(
        self,
        verdict: TargetVerdict,
        reason: str,
        results: Sequence[RequirementResult],
        observations: Sequence[Observation],
    ) -> RunResult:
        left = self._tidy()
        return RunResult(
            target=self.target.name,
            api=self.target.api,
            base_url=self.secrets.hide_text(self.target.base_url),
            description=self.secrets.hide_text(self.target.description),
            verdict=verdict,
            reason=self.secrets.hide_text(" ".join(filter(None, (reason, self._stage.told_passed_by(), left)))),
            profile=self.profile,
            seed=self.seed,
            suite_version=__version__,
            run_id=self.run_id,
            started_at=self.started_at,
            duration_seconds=monotonic() - self._clock,
            requests=self._client.pace.requests,
            appointments_consumed=len(self._canceled()),
            requirements=tuple(results),
            observations=tuple(observations),
            document_findings=tuple(
                DocumentFinding(found.id, found.place, found.finding) for found in document_findings(self.target.api)
            ),
        )

    def _canceled(self) -> frozenset[str]:
        """The appointments that the target says it has canceled."""
        return frozenset(
            seen.probe.appointment
            for seen in self.recording.seen
            if seen.probe.method == "DELETE" and seen.status is not None and 200 <= seen.status < 300
        )


def _ungated(result: RequirementResult) -> RequirementResult:
    """What an unproven requirement came to: it is told, with all that was seen, and decides nothing."""
    reason = f"{result.reason}; {UNPROVEN}" if result.reason else UNPROVEN
    return replace(_never_red(result), applicable=False, reason=reason)


def _never_red(result: RequirementResult) -> RequirementResult:
    """`untested` in place of what would stand red beside a verdict that it has no say in; our own defects stay red."""
    red = result.verdict in {"failed", "error"} and not result.defect
    return replace(result, verdict="untested") if red else result
