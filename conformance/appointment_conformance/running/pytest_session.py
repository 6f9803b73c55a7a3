"""One pytest session against one target: its items, its run, its reports and its exit code."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from appointment_conformance.errors import ConfigurationError, NotTestable, SuiteError
from appointment_conformance.judging.deviations import read_deviations
from appointment_conformance.judging.requirement import Requirement, catalogue, questionnaire
from appointment_conformance.judging.verdict import EXIT_CODES, INTERRUPTED
from appointment_conformance.signals import unheeded
from appointment_conformance.targets import Target, read_targets
from appointment_conformance.targets.builtin import BUILT_IN, reference_target
from appointment_reports import (
    Exchange,
    ReportError,
    RequirementResult,
    RunResult,
    document,
    visible_line,
    write_artefacts,
)

from .conclusion import conclusion
from .items import RequirementFile, RequirementItem
from .run import Run


class PytestSession:
    """Stands between pytest and a run. Scenarios are played when the first item runs, nothing is sent before."""

    def __init__(self, config: pytest.Config) -> None:
        """Resolve the target. Raises ConfigurationError."""
        if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
            raise ConfigurationError("the suite shares what it sends between its tests: run it without pytest-xdist.")
        options = config.option
        self._config, self._output = config, Path(options.conformance_output)
        self._served = _resolved(options)
        self._target = self._served.__enter__()
        self._run = Run(
            self._target,
            profile=options.conformance_profile,
            seed=options.conformance_seed,
            known=read_deviations(self._target.deviations),
            journals=self._output,
        )
        self._catalogue = catalogue(self._target.api)
        self._selected: tuple[Requirement, ...] = ()
        self._items: tuple[RequirementItem, ...] = ()
        self._results: dict[tuple[str, str], RequirementResult] = {}
        self._broken: SuiteError | None = None
        self._conducted = False
        self._told: RunResult | None = None

    def collect(self, path: Path, parent: pytest.Collector) -> list[RequirementFile]:
        """Return the collector of a file of the suite; nothing for the files of the other api."""
        ours = path.parent.name in {self._target.api, "http"} and path.suffix == ".py"
        if not ours or not path.stem.startswith("test_"):
            return []
        found = RequirementFile.from_parent(parent, path=path)
        found.judge, found.hide = self._judge, self._run.secrets.hide_text
        found.operations = frozenset(name for one in self._catalogue for name in one.operations)
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

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the reports and set the exit code: never success where the verdict is not."""
        if session.config.option.collectonly or not self._conducted:
            return
        with unheeded():
            self._conclude(session, exitstatus)

    def _conclude(self, session: pytest.Session, exitstatus: int) -> None:
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        if interrupted and self._broken is None:
            self._judge_the_rest()
        result = replace(_cut_short(self._result()) if interrupted else self._result(), command=self._command())
        self._told = result
        try:
            paths = self._write(result, self._run.exchanges())
        except ReportError as error:
            session.exitstatus = EXIT_CODES["error"]
            self._told = replace(result, verdict="error", reason=f"{error}.")
            with suppress(ReportError):
                self._write(self._told, ())
            return
        self._config.hook.pytest_conformance_result(result=result, paths=paths)
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
            session.exitstatus = INTERRUPTED if interrupted else EXIT_CODES[result.verdict] or exitstatus

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
        terminalreporter.write_line(f"{name} is {verdict}", bold=True, **{color: True})
        for line in conclusion(document(self._told), self._output / self._target.name):
            terminalreporter.write_line(f"  {line}")

    def pytest_unconfigure(self) -> None:
        """Let go of the connections and of the built-in target."""
        with unheeded():
            self._run.close()
            self._served.__exit__(None, None, None)

    def _write(self, result: RunResult, exchanges: Iterable[Exchange]) -> tuple[Path, ...]:
        directory = self._output / self._target.name
        return write_artefacts(result, exchanges, directory, scrub=self._run.secrets.scrub)

    def _judge(self, requirement: Requirement, operation: str) -> RequirementResult:
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
                questionnaire(self._target.api) if self._all_selected() else (),
                announce=lambda name, number, total: hook.pytest_conformance_scenario(
                    name=name, number=number, total=total
                ),
            )
        except SuiteError as error:
            self._broken = error
        except Exception as error:
            self._broken = SuiteError(f"an error of the suite itself: {type(error).__name__}: {error}")
            raise

    def _command(self) -> str:
        """The command line that repeats this run, the whole suite of it."""
        options, name = self._config.option, self._target.name
        file = ("--targets", str(options.conformance_targets)) if options.conformance_targets else ()
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


def _resolved(options: Namespace) -> AbstractContextManager[Target]:
    """The target that the options name, as a context: a built-in one is served while the context is open."""
    name = options.conformance_target
    if name is None:
        raise ConfigurationError(f"--target is missing; built in are {', '.join(BUILT_IN)}, others need --targets.")
    if options.conformance_targets is not None:
        return nullcontext(read_targets(options.conformance_targets, [name], os.environ)[0])
    if name in BUILT_IN:
        return reference_target(name, faults=options.conformance_fault)
    raise ConfigurationError(
        f"`{name}` is not a built-in target ({', '.join(BUILT_IN)}); name its file with --targets."
    )
