"""One pytest session against one target: its items, its run, its reports and its exit code."""

from __future__ import annotations

import os
import shlex
import warnings
from argparse import Namespace
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.cli.worker_pool import Order
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.engine.run import Run
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE
from appointment_conformance.errors import ConfigurationError, NotTestable, SuiteError
from appointment_conformance.signals import unheeded
from appointment_conformance.targets import names_in
from appointment_conformance.targets.builtin import BUILT_IN
from appointment_conformance.targets.default_file import TargetsFile, targets_file
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.traffic.redaction import logged_without_secrets, track
from appointment_reports import (
    Exchange,
    ReportError,
    RequirementResult,
    RunResult,
    document,
    visible_line,
    write_artefacts,
)

from .chosen_targets import gating_at, served, told_of
from .items import RequirementFile, RequirementItem, without_secrets
from .jobs import muster
from .report_folder import claimed, clear_vanished, origin
from .summary_lines import conclusion

#: What pytest's own exit codes mean in the suite's table; 1 and any other stay as they are.
PYTEST_CODES: Final[dict[int, int]] = {
    pytest.ExitCode.INTERRUPTED: INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR: EXIT_CODES["error"],
    pytest.ExitCode.USAGE_ERROR: USAGE,
    pytest.ExitCode.NO_TESTS_COLLECTED: EXIT_CODES["not-verified"],
}


class PytestSession:
    """Stands between pytest and a run. Scenarios are played when the first item runs, nothing is sent before."""

    def __init__(self, config: pytest.Config) -> None:
        """Resolve the target, and hold the folder of its reports. Raises ConfigurationError."""
        _refuse_what_judges_nothing(config)
        options = config.option
        self._config, self._output = config, Path(options.conformance_output)
        self._order, self._told_file = _order(options)
        with ExitStack() as opened:
            if not options.collectonly and not options.conformance_run_id:
                clear_vanished(self._order.targets, output=self._output)
                opened.enter_context(claimed([self._order.directory]))
            self._target = opened.enter_context(served(self._order))
            self._api = load_apis()[self._target.api]
            self._run = Run(
                self._target,
                self._api,
                profile=options.conformance_profile,
                seed=options.conformance_seed,
                known=read_deviations(self._target.deviations),
                journals=self._output,
                run_id=self._order.run_id,
                gating=gating_at(self._order),
            )
            self._hide = track(self._run.secrets).hide_text
            opened.enter_context(logged_without_secrets(self._hide))
            self._opened = opened.pop_all()
        self._process = os.getpid()
        self._catalogue = self._api.catalogue
        self._selected: tuple[Requirement, ...] = ()
        self._items: tuple[RequirementItem, ...] = ()
        self._results: dict[tuple[str, str], RequirementResult] = {}
        self._broken: SuiteError | None = None
        self._conducted = False
        self._told: RunResult | None = None
        self._is_interrupted = False
        self._internal_error = ""

    def collect(self, path: Path, parent: pytest.Collector) -> list[RequirementFile]:
        """Return the collector of the requirements of the target's API."""
        found: RequirementFile = RequirementFile.from_parent(parent, path=path)
        found.judge, found.hide, found.requirements = self._judge, self._hide, self._catalogue
        return [found]

    def follow(self, tell: Callable[..., object]) -> None:
        """Tell which run this is, and each time how many requests it has sent: all that is known if it is killed."""
        run, target = self._run, self._target
        base_url = run.secrets.hide_text(target.base_url)
        tell("begun", run_id=run.run_id, api=target.api, base_url=base_url)
        run.follow(lambda requests, appointments: tell("sent", requests=requests, appointments=appointments))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which requirements are to be judged: only what they need is sent."""
        self._items = tuple(item for item in session.items if isinstance(item, RequirementItem))
        self._selected = tuple(item.requirement for item in self._items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let no report of an item show a secret: terminal, JUnit and other plugins tell what it holds."""
        return without_secrets((yield), self._hide)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Let no warning of a library show a secret."""
        told = str(warning_message.message)
        if (hidden := self._hide(told)) != told:
            warning_message.message = hidden

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that somebody ended the run; a plugin that lets pytest stop, as `--sw` does, is not somebody."""
        self._is_interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Note what went wrong in pytest or in a plugin of it, and let it show no secret."""
        told = self._hide(str(excrepr))
        self._internal_error = told.strip().splitlines()[-1]
        # It is others that print it.
        excrepr.toterminal = lambda tw: tw.line(told)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the reports and set the exit code: never success where the verdict is not."""
        if session.config.option.collectonly or exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        with unheeded():
            self._conclude()
        session.exitstatus = self.exit_code(exitstatus)

    @property
    def broken(self) -> str:
        """What pytest or a plugin of it could not do, empty where nothing went wrong."""
        return f"pytest or a plugin broke: {self._internal_error}" if self._internal_error else ""

    def end_by(self, error: BaseException) -> int:
        """Write the reports where `error` has kept pytest from asking for them; return the exit code."""
        is_interrupt = isinstance(error, KeyboardInterrupt)
        self._is_interrupted = self._is_interrupted or is_interrupt
        if not is_interrupt:
            self._internal_error = visible_line(self._hide(f"{type(error).__name__}: {error}"))
        if self._told is None and not self._config.option.collectonly:
            with unheeded():
                self._conclude()
        return INTERRUPTED if is_interrupt else EXIT_CODES["error"]

    def _conclude(self) -> None:
        if self._is_interrupted and self._conducted and self._broken is None:
            self._judge_the_rest()
        result = _cut_short(self._result()) if self._is_interrupted else self._result()
        if self._internal_error:
            result = replace(result, verdict="error", reason=self.broken)
        self._told = replace(result, command=self._command(), targets_file=origin(self._order.file, self._output))
        try:
            paths = self._write(self._told, self._run.exchanges())
        except ReportError as error:
            self._told = replace(self._told, verdict="error", reason=f"{error}.")
            with suppress(ReportError):
                self._write(self._told, ())
            return
        self._config.hook.pytest_conformance_result(result=self._told, paths=paths)

    def exit_code(self, code: int) -> int:
        """Return the exit code of the run where pytest says `code`: success only where the verdict is one."""
        if self._told is None:
            is_done = code or self._config.option.collectonly
            return PYTEST_CODES.get(code, code) if is_done else EXIT_CODES["error"]
        own = INTERRUPTED if self._is_interrupted else EXIT_CODES[self._told.verdict]
        return own or PYTEST_CODES.get(code, code)

    def _judge_the_rest(self) -> None:
        """Judge what an interrupt kept from its turn, over what was played until then."""
        self._run.stop()
        for item in self._items:
            if (item.requirement.id, item.operation) not in self._results:
                self._judge(item.requirement, item.operation)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the verdict as the command does; the processes that the command starts have no terminal."""
        if self._told is None:
            return
        name, verdict = visible_line(self._told.target), self._told.verdict
        color = "red" if EXIT_CODES[verdict] else "green"
        terminalreporter.section("appointment conformance")
        if self._told_file:
            terminalreporter.write_line(visible_line(self._told_file))
        terminalreporter.write_line(f"{name} is {verdict}", bold=True, **{color: True})
        for line in conclusion(document(self._told), self._output / self._target.name):
            terminalreporter.write_line(f"  {line}")

    def pytest_unconfigure(self) -> None:
        """Let go of the connections and of the built-in target."""
        with unheeded():
            self._run.close()
            self._opened.close()

    def _write(self, result: RunResult, exchanges: Iterable[Exchange]) -> tuple[Path, ...]:
        directory = self._output / self._target.name
        return write_artefacts(result, exchanges, directory, scrub=self._run.secrets.scrub)

    def _judge(self, requirement: Requirement, operation: str) -> RequirementResult:
        if os.getpid() != self._process:
            raise ConfigurationError(
                "the suite shares what it sends between its tests: run all of them in one process."
            )
        if not self._conducted:
            self._conduct()
        if isinstance(self._broken, NotTestable):
            pytest.skip(f"not testable: {self._broken}")
        if self._broken is not None:
            raise self._broken
        result = self._results[requirement.id, operation] = self._run.judge(requirement, operation)
        return result

    def _conduct(self) -> None:
        self._conducted = True
        hook = self._config.hook
        try:
            self._run.take(hook.pytest_conformance_fixtures(target=self._target))
            self._run.conduct(
                self._selected,
                self._api.questions if self._all_selected() else (),
                announce=lambda name, number, total: hook.pytest_conformance_scenario(
                    name=name, number=number, total=total
                ),
            )
        except SuiteError as error:
            self._broken = type(error)(self._hide(str(error)))
        except Exception as error:
            told = self._hide(f"an error of the suite itself: {type(error).__name__}: {error}")
            self._broken = SuiteError(told)
            raise
        except (pytest.fail.Exception, pytest.skip.Exception) as end:
            # A plugin that bounds the time of a test, say: what was not played is no evidence of anything.
            self._broken = SuiteError(f"a plugin of pytest ended what was going on: {end.msg}")
            raise

    def _command(self) -> str:
        """The command line that repeats this run, the whole suite of it."""
        options, name = self._config.option, self._target.name
        file = ("--targets", str(self._order.targets)) if self._order.targets else ()
        faults = [word for fault in options.conformance_fault for word in ("--fault", fault)]
        how = ("--profile", options.conformance_profile, "--seed", str(options.conformance_seed))
        return shlex.join(["appointment-conformance", "run", name, *file, *how, *faults])

    def _all_selected(self) -> bool:
        """Whether the whole suite was asked for: who asks for a part does not ask the open questions."""
        return {one.id for one in self._selected} == {one.id for one in self._catalogue}

    def _result(self) -> RunResult:
        if isinstance(self._broken, NotTestable):
            return self._run.broken_off("not-testable", self._broken)
        if self._broken is not None:
            return self._run.broken_off("error", self._broken)
        return self._run.result(
            [
                self._results.get((one.id, operation)) or _not_run(one, operation)
                for one in self._catalogue
                for operation in one.operations
            ]
        )


def _cut_short(result: RunResult) -> RunResult:
    """The result of a run that was interrupted: what was left out may be what would have failed."""
    verdict = result.verdict if result.verdict in {"not-conformant", "error", "not-testable"} else "not-verified"
    return replace(result, verdict=verdict, reason=f"the run was interrupted. {result.reason}".strip())


def _not_run(requirement: Requirement, operation: str) -> RequirementResult:
    return RequirementResult(
        id=requirement.id,
        title=requirement.title,
        level=requirement.level,
        operation=operation,
        source=requirement.source,
        verdict="untested",
        reason="it was not run: deselected, or the run ended before its turn",
    )


def _refuse_what_judges_nothing(config: pytest.Config) -> None:
    """Raise ConfigurationError for options under which pytest runs no test, or runs tests where nothing is shared."""
    option = config.option
    if any(getattr(option, name, False) for name in ("setuponly", "setupplan")):
        raise ConfigurationError("--setup-only and --setup-plan exercise nothing, so they can judge nothing.")
    is_spread = getattr(option, "numprocesses", None) or getattr(option, "dist", "no") != "no"
    if is_spread or hasattr(config, "workerinput"):
        raise ConfigurationError("the suite shares what it sends between its tests: run it without pytest-xdist.")


def _order(options: Namespace) -> tuple[Order, str]:
    """The order that the options make, checked as the command checks it, and a sentence on a file nobody has named."""
    given, name = options.conformance_targets, options.conformance_target
    # What the command asks its worker for without a file is built in.
    file = _named(given) if given else None if options.conformance_run_id else targets_file(None)
    if name is None:
        there = f"{file.path} has {', '.join(names_in(file.read()))}; " if file else ""
        raise ConfigurationError(
            f"--target is missing; {there}built in are {', '.join(BUILT_IN)}, others need --targets."
        )
    (order,) = muster(
        [name],
        targets=file,
        profile=options.conformance_profile,
        seed=options.conformance_seed,
        output=Path(options.conformance_output),
        faults=tuple(options.conformance_fault),
    )
    return replace(order, run_id=options.conformance_run_id or order.run_id), told_of([order], file)


def _named(given: Path | TargetsText) -> TargetsFile:
    """The file that was named; what the command hands to its worker has been read already."""
    return TargetsFile(given.path, text=given) if isinstance(given, TargetsText) else TargetsFile(given)
