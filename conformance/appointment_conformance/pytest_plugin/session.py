"""One pytest session against one target: it runs the steps of the conductor at pytest's hooks and writes the reports.

`summary_lines` has the text at the end, `exit_codes` the exit code, `options` the options.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Iterable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appointment_conformance.engine.conductor import Conductor
from appointment_conformance.engine.events import Event, ScenarioBegan
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED
from appointment_conformance.errors import ConfigurationError, NotTestable, SuiteError
from appointment_conformance.signals import ignored, is_interrupt
from appointment_conformance.target_run import conductor_of
from appointment_conformance.traffic.redaction import logged_without_secrets, track
from appointment_reports import Exchange, ReportError, RequirementResult, RunResult, visible_line, write_artefacts

from .chosen_targets import served
from .exit_codes import code_of_result, code_without_result
from .items import RequirementFile, RequirementItem, without_secrets
from .options import command_of, job_of, refuse_options
from .report_folder import claimed, clear_vanished, origin
from .summary_lines import write_summary


class PytestSession:
    """Connects pytest with a run. Nothing is sent before the first item runs; then all scenarios are run."""

    def __init__(self, config: pytest.Config) -> None:
        """Resolve the target, and lock the folder of its reports. Raises ConfigurationError."""
        refuse_options(config)
        self._config, self._process = config, os.getpid()
        self._job, self._note = job_of(config.option)
        with ExitStack() as opened:
            if not config.option.collectonly and not config.option.conformance_run_id:
                clear_vanished(self._job.targets, output=self._job.output)
                opened.enter_context(claimed([self._job.directory]))
            self.conductor = self._new_conductor(opened)
            self._hide = track(self.conductor.secrets).hide_text
            opened.enter_context(logged_without_secrets(self._hide))
            self._opened = opened.pop_all()
        self.conductor.subscribe(self._on_event)
        self._items: tuple[RequirementItem, ...] = ()
        self._has_run_scenarios = self._is_interrupted = False
        self._result: RunResult | None = None
        self._internal_error = ""

    def collect(self, path: Path, parent: pytest.Collector) -> list[RequirementFile]:
        """Return the collector of the requirements of the target's API."""
        file: RequirementFile = RequirementFile.from_parent(parent, path=path)
        file.evaluate, file.hide, file.requirements = self._evaluate, self._hide, self.conductor.api.catalogue
        return [file]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Store which requirements are selected; only the scenarios that they need are run."""
        self._items = tuple(item for item in session.items if isinstance(item, RequirementItem))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hide the secrets in the report of an item, which the terminal, JUnit and other plugins show."""
        return without_secrets((yield), self._hide)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Hide the secrets in a warning of a library."""
        text = str(warning_message.message)
        if (hidden := self._hide(text)) != text:
            warning_message.message = hidden

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Store that the user interrupted the run. A plugin that stops pytest, as `--sw` does, is not an interrupt."""
        self._is_interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Store the error of pytest or of a plugin, and hide the secrets in it."""
        text = self._hide(str(excrepr))
        self._internal_error = text.strip().splitlines()[-1]
        # Other plugins print the error through this method.
        excrepr.toterminal = lambda tw: tw.line(text)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the reports and set the exit code, which is 0 only if the verdict is a success."""
        if session.config.option.collectonly or exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        with ignored():
            self._finish()
        session.exitstatus = self.exit_code(exitstatus)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the verdict as the command does. The workers of the command have no terminal reporter."""
        if self._result is not None:
            write_summary(terminalreporter, self._result, self._job.directory, note=self._note)

    def pytest_unconfigure(self) -> None:
        """Remove the records of the run if no report did that before, and close what is open."""
        with ignored():
            self.conductor.clean_up()
            self.conductor.close()
            self._opened.close()

    @property
    def broken(self) -> str:
        """A sentence on the error of pytest or of a plugin, empty if there was none."""
        return f"pytest or a plugin broke: {self._internal_error}" if self._internal_error else ""

    def end_by(self, error: BaseException) -> int:
        """Write the reports if `error` ended pytest before they were written; return the exit code."""
        has_interrupted = is_interrupt(error)
        self._is_interrupted = self._is_interrupted or has_interrupted
        if not has_interrupted:
            self._internal_error = visible_line(self._hide(f"{type(error).__name__}: {error}"))
        if self._result is None and not self._config.option.collectonly:
            with ignored():
                self._finish()
        return INTERRUPTED if has_interrupted else EXIT_CODES["error"]

    def exit_code(self, code: int) -> int:
        """Return the exit code of the session for pytest's `code`; it is 0 only if the verdict is a success."""
        if self._result is None:
            return code_without_result(code, is_collected_only=self._config.option.collectonly)
        return code_of_result(self._result, code, is_interrupted=self._is_interrupted)

    def _new_conductor(self, opened: ExitStack) -> Conductor:
        job = self._job
        target = opened.enter_context(served(job.resolved, faults=job.faults))
        options = RunOptions(
            profile=self._config.option.conformance_profile,
            seed=job.seed,
            known=read_deviations(target.deviations),
            journals=job.output,
            run_id=job.run_id,
            command=command_of(job),
            targets_file=origin(job.file, job.output),
        )
        return conductor_of(target, options)

    def _evaluate(self, requirement: Requirement, operation: str) -> RequirementResult:
        """Evaluate the requirement of an item. The first item runs the scenarios before."""
        if os.getpid() != self._process:
            raise ConfigurationError("the tests of the suite share their requests: run all of them in one process.")
        if not self._has_run_scenarios:
            self._run_scenarios()
        try:
            return self.conductor.evaluate(requirement, operation)
        except NotTestable as reason:
            pytest.skip(f"not testable: {reason}")

    def _run_scenarios(self) -> None:
        self._has_run_scenarios = True
        selected = [(item.requirement, item.operation) for item in self._items]
        hook = self._config.hook
        try:
            self.conductor.play(selected, own_fixtures=lambda target: hook.pytest_conformance_fixtures(target=target))
        except (pytest.fail.Exception, pytest.skip.Exception) as end:
            # For example a plugin that limits the time of a test. Scenarios that did not run are not evidence.
            self.conductor.break_off(SuiteError(f"a plugin of pytest stopped the scenarios: {end.msg}"))
            raise

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ScenarioBegan):
            self._config.hook.pytest_conformance_scenario(name=event.name, number=event.number, total=event.total)

    def _finish(self) -> None:
        """Finish the run and write its reports; if all were written, call the hook `pytest_conformance_result`."""
        if self._is_interrupted:
            self.conductor.interrupt()
        self._result = self.conductor.finish(error=self.broken)
        try:
            paths = self._write(self._result, self._result.exchanges)
        except ReportError as error:
            self._result = replace(self._result, verdict="error", reason=f"{error}.")
            with suppress(ReportError):
                self._write(self._result, ())
            return
        self._config.hook.pytest_conformance_result(result=self._result, paths=paths)

    def _write(self, result: RunResult, exchanges: Iterable[Exchange]) -> tuple[Path, ...]:
        return write_artefacts(result, exchanges, self._job.directory)
