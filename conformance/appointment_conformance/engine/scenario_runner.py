"""Running scenarios: each once, again where something else than the API answered, until the target is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from appointment_conformance.errors import (
    BudgetSpent,
    FixtureLost,
    NotTestable,
    ScenarioDisturbed,
    TargetLost,
    TooFewFixtures,
)
from appointment_conformance.targets import Target
from appointment_conformance.traffic.recording import ProbeResult

from .context import ScenarioContext
from .preflight import refusal
from .read_only import READ_ONLY, part_to_run
from .scenario import Scenario

PREFLIGHT: Final = "preflight"
#: How often a scenario is run at most while something in front of the API answers in its place.
MAX_RUNS: Final = 4
INTERRUPTED: Final = "the run was interrupted"
#: Called with a scenario's name, its number, and how many there are.
OnBegin = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What scenarios showed when they were run: the evidence, and why one did not come to its end, by its name."""

    seen: tuple[ProbeResult, ...] = ()
    unfinished: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __add__(self, other: Attempt) -> Attempt:
        """Return the evidence of both."""
        return Attempt(self.seen + other.seen, {**self.unfinished, **other.unfinished})


class ScenarioRunner:
    """Runs the scenarios of one run, and keeps the first attempt: what is evaluated before anything is replayed."""

    def __init__(self, context: ScenarioContext, scenarios: Sequence[Scenario]) -> None:
        """Run nothing yet; `scenarios` are all of the API, in their order."""
        self._context, self._scenarios = context, scenarios
        self._recording = context.client.recording
        self._unfinished: dict[str, str] = {}
        #: The scenarios that have had their turn, and whether all that were asked for have had it.
        self._tried: set[str] = set()
        self._is_done = False
        self.attempt = Attempt()
        #: Why nothing is run any more, empty while the target answers.
        self.lost = ""

    def run_in_order(self, scenarios: Sequence[Scenario], target: Target, on_begin: OnBegin) -> None:
        """Run `scenarios` once, each announced first; the attempt is then complete.

        Raises NotTestable after the preflight where `target` cannot be judged, and RequestRefused for a defect of the
        suite itself. A spent budget or missing fixtures leave scenarios unfinished, and after a target that stops
        answering none is run any more.
        """
        for number, scenario in enumerate(scenarios, start=1):
            if not self.lost:
                on_begin(scenario.name, number, len(scenarios))
            self._run_first(scenario)
            if scenario.name == PREFLIGHT:
                self._check_preflight(target)
        self._confirm(scenarios)
        self._is_done = True

    def run(self, scenario: Scenario) -> str | None:
        """Run to the end, or return why not; nothing is run once the target is lost."""
        if self.lost:
            return self.lost
        run = part_to_run(scenario, self._context.target)
        if run is None:
            return READ_ONLY
        self._context.begin(scenario.name)
        newest, reason = self._recording.newest_number, ""
        for _ in range(MAX_RUNS):
            try:
                run(self._context)
            except TargetLost as error:
                self.lost = str(error)
                return self.lost
            except (BudgetSpent, FixtureLost, TooFewFixtures) as error:
                return str(error)
            except ScenarioDisturbed as error:
                # Half of a scenario shows what its rest would have explained.
                reason = str(error)
                self._context.control.discard_since(newest)
                self._context.begin_again()
            else:
                self._context.control.disturbed.discard(scenario.name)
                return None
        return reason

    def stop(self) -> None:
        """Keep as evidence what is sure to be the API's: an interrupt has come. Before the preflight ended nothing is.

        After a first attempt that is complete this changes nothing.
        """
        if self._is_done:
            return
        self._context.discard_unsettled()
        not_run = [scenario.name for scenario in self._scenarios if scenario.name not in self._tried]
        for name in (*not_run, *self._context.control.disturbed):
            self._unfinished.setdefault(name, f"{INTERRUPTED} before this was played to its end.")
        self._keep(self._recording.seen if PREFLIGHT in self._tried else ())

    def _run_first(self, scenario: Scenario) -> None:
        if reason := self.run(scenario):
            self._unfinished[scenario.name] = reason
        self._keep(self._recording.seen)
        self._tried.add(scenario.name)

    def _check_preflight(self, target: Target) -> None:
        if reason := refusal(self.attempt.seen, target):
            raise NotTestable(reason if self.attempt.seen else self._unfinished.get(PREFLIGHT, reason))
        if self.lost:
            raise NotTestable(self.lost)

    def _confirm(self, scenarios: Sequence[Scenario]) -> None:
        """Make sure that what came last was the API's, and run again what has lost evidence meanwhile."""
        control = self._context.control
        try:
            if not self.lost:
                control.confirm(scenarios[-1].name)
        except TargetLost as error:
            self.lost = str(error)
        except (ScenarioDisturbed, BudgetSpent):
            pass  # What has lost evidence by it is run again below, or is unfinished.
        self._context.forget_void()
        for scenario in scenarios:
            if scenario.name in control.disturbed and (reason := self.run(scenario)):
                self._unfinished[scenario.name] = reason
        self._keep(self._recording.seen)

    def _keep(self, seen: tuple[ProbeResult, ...]) -> None:
        self.attempt = Attempt(seen, dict(self._unfinished))
