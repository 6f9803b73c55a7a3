"""The run of one target in a pytest session: played when somebody first asks for a verdict, and reported once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from appointment_conformance.api import Api, load_apis
from appointment_conformance.engine.conductor import Conductor, OwnFixtures
from appointment_conformance.engine.events import Event, ScenarioBegan
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.engine.needs import Selected
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.errors import ConfigurationError, NotTestable, SuiteError
from appointment_conformance.provisioning.journal import reminders
from appointment_conformance.provisioning.remaining_records import describe_remaining, journals_in
from appointment_conformance.target_run import conductor_of
from appointment_conformance.traffic.redaction import track
from appointment_reports import ReportError, RequirementResult, RunResult, write_artefacts

from .chosen_targets import served
from .jobs import Job
from .options import command_of
from .report_folder import origin
from .shared_run import SharedRun


class Judgement:
    """Nothing is sent before `evaluate` or `complete` is called; then all scenarios of the selection are played."""

    def __init__(
        self,
        job: Job,
        hook: Any,
        *,
        shared: SharedRun | None = None,
        claim: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Judge the target of `job`. `shared` is for other processes; `claim` is open from the first request on."""
        self.job, self._hook, self._shared, self._claim = job, hook, shared, claim
        #: The result, once the run has ended here or in another process.
        self.result: RunResult | None = None
        self._selected: tuple[Selected, ...] | None = None
        self._process, self._opened, self._is_playing = os.getpid(), ExitStack(), False

    @cached_property
    def api(self) -> Api:
        """The API of the target."""
        return load_apis().checked(self.job.api)

    @cached_property
    def conductor(self) -> Conductor:
        """The conductor of the run; a built-in target is served from here on."""
        job = self.job
        target = self._opened.enter_context(served(job.resolved, faults=job.faults))
        options = RunOptions(
            profile=job.profile,
            seed=job.seed,
            partial=job.partial,
            known=read_deviations(target.deviations),
            journals=job.output,
            run_id=job.run_id,
            command=command_of(job),
            targets_file=origin(job.file, job.output),
        )
        conductor = conductor_of(target, options)
        track(conductor.secrets)
        conductor.subscribe(self._on_event)
        return conductor

    def select(self, selected: Iterable[Selected] | None) -> None:
        """Play only what these requirements need; None is everything."""
        self._selected = None if selected is None else tuple(selected)

    def evaluate(self, requirement: Requirement, operation: str) -> RequirementResult:
        """Return the result of one requirement on one operation; the first call plays the scenarios.

        Raises NotTestable or another SuiteError if the run has ended without a verdict on requirements.
        """
        self._begin()
        if self.result is None:
            return self.conductor.evaluate(requirement, operation)
        if self.result.requirements:
            return self.result.requirement(requirement.id, operation)
        raise (NotTestable if self.result.verdict == "not-testable" else SuiteError)(self.result.reason)

    def complete(self, own_fixtures: OwnFixtures | None = None) -> RunResult:
        """Return the result of the whole run, which is played unless it was; the reports are then written.

        `own_fixtures` is asked for fixtures before anything is sent; without it the hook of other plugins is asked.
        Raises SuiteError if another process had to play the run and has ended without a result.
        """
        self._begin(own_fixtures)
        if self.result is None:
            self.conductor.evaluate_all()
        return self.result or self.finish()

    def finish(self, *, broken: str = "", is_interrupted: bool = False) -> RunResult:
        """End the run and write its reports; `broken` says what pytest or a plugin could not do.

        A run that has ended already is reported again only if something broke since.
        """
        if self.result is None:
            if is_interrupted:
                self.conductor.interrupt()
            paths = self._report(self.conductor.finish(error=broken))
            if paths:
                self._hook.pytest_conformance_result(result=self.result, paths=paths)
        elif broken and self.result.reason != broken:
            self._report(replace(self.result, verdict="error", reason=broken))
        return self._ended()

    def finish_own(self, *, broken: str = "", is_interrupted: bool = False) -> None:
        """Do as `finish`, unless another process plays the run or is to report it."""
        if self._shared is None or self._is_playing:
            self.finish(broken=broken, is_interrupted=is_interrupted)

    def gather(self) -> RunResult:
        """Return the result that another process has; where there is none, write reports that say why.

        It waits for a process that still plays. It is called by the process that plays no run itself.
        """
        try:
            self.result = self._shared.enter() if self._shared else None
        except SuiteError as error:
            journals = (path for path in journals_in(self.job.directory) if self.job.run_id in path.name)
            standing = (*describe_remaining(journals), *reminders(self.job.directory))
            self.conductor.break_off(SuiteError(" ".join((str(error), *standing))))
        return self.result or self.finish()

    @property
    def player(self) -> int | None:
        """The id of another process that plays the run, None if there is none."""
        return self._shared.player if self._shared and not self._is_playing else None

    @property
    def is_left_out(self) -> bool:
        """Whether the verdict is about a selection that has nothing of this target, and nobody has played its run."""
        was_played = self.result is not None or self._is_playing or self.player is not None
        return self.job.partial and self._selected == () and not was_played

    def close(self) -> None:
        """Remove the records of the run if no report did that before, and close what is open."""
        if "conductor" in vars(self):
            self.conductor.clean_up()
            self.conductor.close()
        self._opened.close()

    def _begin(self, own_fixtures: OwnFixtures | None = None) -> None:
        if os.getpid() != self._process:
            raise ConfigurationError("the tests of the suite share their requests: run them all in one process.")
        if self.result is not None or self._is_playing:
            return
        self.result = self._shared.enter() if self._shared else None
        if self.result is None:
            self._is_playing = True
            self._opened.enter_context(self._claim())
            self._play(own_fixtures or (lambda target: self._hook.pytest_conformance_fixtures(target=target)))

    def _play(self, own_fixtures: OwnFixtures) -> None:
        try:
            self.conductor.play(self._selected, own_fixtures=own_fixtures)
        except (pytest.fail.Exception, pytest.skip.Exception) as end:
            # For example a plugin that limits the time of a test. Scenarios that did not run are not evidence.
            self.conductor.break_off(SuiteError(f"a plugin of pytest stopped the scenarios: {end.msg}"))
            raise

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ScenarioBegan):
            self._hook.pytest_conformance_scenario(name=event.name, number=event.number, total=event.total)

    def _report(self, result: RunResult) -> tuple[Path, ...]:
        """Write the reports and store the result for the other processes; return no paths if a report is missing."""
        self.result, paths = result, tuple[Path, ...]()
        try:
            paths = write_artefacts(result, result.exchanges, self.job.directory)
        except ReportError as error:
            self.result = replace(result, verdict="error", reason=f"{error}.")
            with suppress(ReportError):
                write_artefacts(self.result, (), self.job.directory)
        if self._shared is not None:
            self._shared.leave(self.result)
        return paths

    def _ended(self) -> RunResult:
        if self.result is None:
            raise RuntimeError("the run has not ended")
        return self.result
