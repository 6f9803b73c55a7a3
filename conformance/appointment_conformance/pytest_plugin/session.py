"""One pytest session that names the suite: the runs of its targets, at pytest's hooks.

`judgement` has a run, `summary_lines` the text at the end, `exit_codes` the exit code, `options` the options,
`distribution` what is different under pytest-xdist.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.engine.events import OnEvent
from appointment_conformance.engine.needs import on_each_operation
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED
from appointment_conformance.signals import ignored, interrupt_process, is_interrupt
from appointment_conformance.traffic.redaction import hide_tracked, logged_without_secrets
from appointment_reports import RunResult, visible_line

from .distribution import Distributor, Given, is_distributing
from .exit_codes import code_of_results, code_without_result
from .items import RequirementFile, RequirementItem, item_name, kept_together, without_secrets
from .jobs import Job
from .judgement import Judgement
from .markers import marker_lines
from .options import jobs_of, refuse_options
from .report_folder import claimed, clear_vanished
from .shared_run import SharedRun
from .summary_lines import write_summary
from .surroundings import MIN_OPEN_FILES, check_surroundings

#: The fixture with which a test asks for a whole run.
RUN_FIXTURE = "conformance_run"


class PytestSession:
    """Connects pytest with the runs. Nothing is sent before the first item of a target runs."""

    def __init__(self, config: pytest.Config) -> None:
        """Resolve the targets, and lock the folders of their reports. Raises ConfigurationError."""
        refuse_options(config.option)
        self._config, given = config, Given.to(config)
        distributes = is_distributing(config)
        file, run_ids = (given.file, given.run_ids) if given else (None, {})
        jobs, self._note = jobs_of(config.option, file=file, run_ids=run_ids)
        self._opened = ExitStack()
        if not config.option.collectonly and not config.option.conformance_run_id and given is None:
            self._opened.enter_context(_claimed(jobs))
        folder = self._distribute(jobs) if distributes else given.folder if given else None
        self.judgements = tuple(
            Judgement(job, config.hook, shared=SharedRun(folder, job.target) if folder else None) for job in jobs
        )
        for line in marker_lines({judgement.api.name: judgement.api for judgement in self.judgements}.values()):
            config.addinivalue_line("markers", line)
        self._opened.enter_context(logged_without_secrets(hide_tracked))
        self._is_interrupted, self._has_failures, self._internal_error = False, False, ""

    def subscribe(self, consumer: OnEvent) -> None:
        """Call `consumer` with each event of each run."""
        for judgement in self.judgements:
            judgement.conductor.subscribe(consumer)

    def judgement_of(self, target: str) -> Judgement | None:
        """Return the run of the target with this name, None if the session has none."""
        return next((judgement for judgement in self.judgements if judgement.job.target == target), None)

    def collect(self, path: Path, parent: pytest.Collector) -> list[RequirementFile]:
        """Return the collector of the requirements of each target's API."""
        file: RequirementFile = RequirementFile.from_parent(parent, path=path)
        file.judgements = self.judgements
        return [file]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Keep the items of a target together, in whatever order other plugins have put them."""
        yield
        items[:] = kept_together(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Store which requirements are selected; only the scenarios that they need are run."""
        is_whole = any(RUN_FIXTURE in getattr(item, "fixturenames", ()) for item in session.items)
        own = [item for item in session.items if isinstance(item, RequirementItem)]
        for judgement in self.judgements:
            selected = [(item.requirement, item.operation) for item in own if item.judgement is judgement]
            judgement.select(None if is_whole else selected)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Write the reports of a target as soon as its last item has run."""
        outcome = yield
        judgement = getattr(item, "judgement", None)
        if judgement is not None and judgement is not getattr(nextitem, "judgement", None):
            with ignored():
                judgement.finish_own()
        return outcome

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hide the secrets in the report of an item, which the terminal, JUnit and other plugins show."""
        return without_secrets((yield), hide_tracked)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Hide the secrets in a warning of a library."""
        text = str(warning_message.message)
        if (hidden := hide_tracked(text)) != text:
            warning_message.message = hidden

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Store that the user interrupted the run. A stop after failures is another error, as of pytest-xdist."""
        is_exit = isinstance(excinfo.value, pytest.exit.Exception)
        self._is_interrupted = is_exit or type(excinfo.value) is KeyboardInterrupt

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Store the error of pytest or of a plugin, and hide the secrets in it."""
        text = hide_tracked(str(excrepr))
        self._internal_error = text.strip().splitlines()[-1]
        # Other plugins print the error through this method.
        excrepr.toterminal = lambda tw: tw.line(text)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the reports and set the exit code, which is 0 only if every verdict is a success."""
        if session.config.option.collectonly or exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        with ignored():
            self._finish()
        self._has_failures = session.testsfailed > 0
        session.exitstatus = self.exit_code(exitstatus)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the verdicts as the command does. The workers of the command have no terminal reporter."""
        ended = [(judgement.result, judgement.job.directory) for judgement in self.judgements if judgement.result]
        if ended:
            write_summary(terminalreporter, ended, note=self._note)

    def pytest_unconfigure(self) -> None:
        """Remove the records of the runs if no report did that before, and close what is open."""
        with ignored(), self._opened:
            for judgement in self.judgements:
                judgement.close()

    @property
    def broken(self) -> str:
        """A sentence on the error of pytest or of a plugin, empty if there was none."""
        return f"pytest or a plugin broke: {self._internal_error}" if self._internal_error else ""

    def end_by(self, error: BaseException) -> int:
        """Write the reports if `error` ended pytest before they were written; return the exit code."""
        has_interrupted = is_interrupt(error)
        self._is_interrupted = self._is_interrupted or has_interrupted
        if not has_interrupted:
            self._internal_error = visible_line(hide_tracked(f"{type(error).__name__}: {error}"))
        if not self._config.option.collectonly:
            with ignored():
                self._finish()
        return INTERRUPTED if has_interrupted else EXIT_CODES["error"]

    def exit_code(self, code: int) -> int:
        """Return the exit code of the session for pytest's `code`; it is 0 only if every verdict is a success."""
        if len(self._results) < len(self._taking_part):
            return code_without_result(code, is_collected_only=self._config.option.collectonly)
        if code == pytest.ExitCode.INTERRUPTED and self._has_failures and not self._is_interrupted:
            # `-x` under pytest-xdist, and `--sw`, stop pytest as an interrupt does.
            code = pytest.ExitCode.TESTS_FAILED
        return code_of_results(self._results, code, is_interrupted=self._is_interrupted)

    @property
    def _results(self) -> list[RunResult]:
        return [judgement.result for judgement in self.judgements if judgement.result]

    @property
    def _taking_part(self) -> tuple[Judgement, ...]:
        """The runs that are reported: all of them where the selection has nothing of any target."""
        return tuple(found for found in self.judgements if not found.is_left_out) or self.judgements

    def _distribute(self, jobs: Sequence[Job]) -> Path:
        """Make this the process that distributes the items; return the folder that it shares with the others."""
        distributor = Distributor(jobs, dict(_item_names(jobs)), self._select_of, self._gather)
        self._config.pluginmanager.register(distributor)
        return distributor.folder

    def _select_of(self, targets: Collection[str]) -> None:
        """Store of which targets nothing is selected; what is selected of others, their own processes know."""
        for judgement in self.judgements:
            judgement.select(None if judgement.job.target in targets else ())

    def _gather(self) -> None:
        """Take over the results of the other processes, and interrupt them before, if the user interrupted this one."""
        for judgement in self.judgements:
            if self._is_interrupted and judgement.player:
                interrupt_process(judgement.player)
        for judgement in self._taking_part:
            judgement.gather()

    def _finish(self) -> None:
        for judgement in self._taking_part:
            judgement.finish_own(broken=self.broken, is_interrupted=self._is_interrupted)


def _claimed(jobs: Sequence[Job]) -> ExitStack:
    """Lock the folders of the jobs until the stack is closed, after the reports of vanished targets were removed."""
    with ExitStack() as stack:
        source = next((job.targets for job in jobs if job.targets), None)
        clear_vanished(source, output=jobs[0].output)
        # The lock of each folder is an open file, and the minimum has room for one.
        check_surroundings(MIN_OPEN_FILES + len(jobs) - 1)
        stack.enter_context(claimed([job.directory for job in jobs]))
        return stack.pop_all()


def _item_names(jobs: Sequence[Job]) -> Iterator[tuple[str, str]]:
    """Yield the name of each item with its target."""
    for job in jobs:
        name_of = partial(item_name, target=job.target if len(jobs) > 1 else "")
        for requirement, operation in on_each_operation(load_apis().checked(job.api).catalogue):
            yield name_of(requirement, operation), job.target
