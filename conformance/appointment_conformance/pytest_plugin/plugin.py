"""The pytest plugin: each requirement is an item, all items share one run, and the reports are written at the end.

In a pytest run that does not name the suite, the plugin adds no option and changes nothing.
"""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, Namespace
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SUITE = Path(__file__).parents[1] / "suite"
#: The name of the session object in pytest's plugin manager.
SESSION = "appointment-conformance-session"
_KEY = pytest.StashKey[Any]()
#: A sentence on the mistake in pytest's command line.
_MISTAKE = pytest.StashKey[str]()
#: Options with which pytest only prints information and runs no test.
_INFORMATION = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")


class ConformanceHooks:
    """Hooks that other plugins may implement to follow a run, and to give it fixtures."""

    @pytest.hookspec(firstresult=True)
    def pytest_conformance_fixtures(self, target: object) -> object:
        """Return the `appointment_conformance.Fixtures` to use for a `Target`, or None to keep its own.

        Called once, before anything is sent. Its result replaces the target's `fixtures`, and the run creates no
        fixtures. Records that the hook creates, its plugin must remove, in `pytest_unconfigure` at the latest. Put the
        hook into a plugin, as in `pytest -p my_fixtures --pyargs appointment_conformance.suite`: pytest reads a
        conftest.py only beside the tests it runs.
        """

    @pytest.hookspec
    def pytest_conformance_scenario(self, name: str, number: int, total: int) -> None:
        """Called when scenario `number` of `total` starts."""

    @pytest.hookspec
    def pytest_conformance_result(self, result: object, paths: tuple[Path, ...]) -> None:
        """Called when the run has ended with the `RunResult` `result`; `paths` are its reports."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the hooks."""
    pluginmanager.add_hookspecs(ConformanceHooks)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, Any, Any]:
    """Add the options to a run that names the suite, and remove the earlier reports of its target.

    Other runs get no option, because they may define `--target` themselves. A mistake in the command line is kept for
    `pytest_configure`, which can set the exit code.
    """
    named = [arg for arg in args if _names_suite(arg)]
    if not named:
        return (yield)
    _add_options(parser)
    mistake, outcome = _clear_earlier(parser, args), None
    try:
        outcome = yield
    except Exception as error:  # noqa: BLE001 - a conftest.py may raise anything, and pytest would end with 4
        mistake = mistake or f"{type(error).__name__}: {error}".removeprefix("ConftestImportFailure: ")
    # All plugins and conftest.py files have added their options at this point.
    mistake = mistake or _mistake_in(parser, args)
    if mistake:
        early_config.stash[_MISTAKE] = mistake
        args[:] = ["--pyargs", *named]
    return outcome


def _add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "appointment conformance")
    group.addoption("--target", dest="conformance_target", help="name of the target, in --targets or built in")
    group.addoption("--targets", dest="conformance_targets", type=Path, help="targets file (YAML)")
    group.addoption("--conformance-profile", choices=("gate", "thorough"), default="gate", help="default: gate")
    group.addoption("--conformance-seed", type=int, default=1, help="seed of generated cases (default: 1)")
    group.addoption("--conformance-fault", action="append", default=[], help="break a built-in target on purpose")
    group.addoption(
        "--conformance-output",
        type=Path,
        default=Path("conformance-reports"),
        help="directory of the reports, one folder for each target (default: conformance-reports)",
    )
    # The command gives its worker the id of the run, and has locked the folder of the reports.
    group.addoption("--conformance-run-id", type=_run_id, help=SUPPRESS)


def _run_id(text: str) -> str:
    """A run id in the form that the command uses; it becomes part of a file name."""
    return f"{int(text, 16):012x}"


def _clear_earlier(parser: pytest.Parser, args: list[str]) -> str:
    """Remove the earlier reports of the target in `args`; return why that is not possible, empty if it is done."""
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - other pytest runs do not import it

    from .report_folder import clear_for_words  # noqa: PLC0415 - other pytest runs do not import it

    options = _parsed(parser, args)[0]
    if options and (options.collectonly or options.conformance_run_id or _is_information(options)):
        return ""
    try:
        clear_for_words(args, target="--target", output="--conformance-output")
    except ConfigurationError as error:
        return str(error)
    return ""


def _mistake_in(parser: pytest.Parser, args: list[str]) -> str:
    """The mistake in `args` that pytest would refuse with a code that means something else here; empty if none."""
    options, mistake = _parsed(parser, args)
    return "" if options and _is_information(options) else mistake


def _parsed(parser: pytest.Parser, args: list[str]) -> tuple[Namespace | None, str]:
    try:
        options, rest = parser.parse_known_and_unknown_args(list(args))
    except pytest.UsageError as error:
        # The usage comes before the sentence, and the place of pytest's configuration after it.
        lines = str(error).splitlines()
        return None, next((mistake for line in lines if (mistake := line.partition("error: ")[2])), lines[0])
    unknown = [arg for arg in rest if arg.startswith("-")]
    return options, f"pytest knows no option {', '.join(unknown)}; `pytest --help` lists them." if unknown else ""


def _is_information(options: Namespace) -> bool:
    return any(getattr(options, name, None) for name in _INFORMATION)


def pytest_configure(config: pytest.Config) -> None:
    """Resolve the target, or end with exit code 2 and a sentence that says what is wrong."""
    if mistake := config.stash.get(_MISTAKE, ""):
        pytest.exit(mistake, returncode=2)
    if not hasattr(config.option, "conformance_target") or _is_information(config.option):
        return
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - other pytest runs do not import it
    from appointment_conformance.output import safe_consoles  # noqa: PLC0415 - other pytest runs do not import it
    from appointment_conformance.signals import interrupt_on_signals  # noqa: PLC0415 - other pytest runs do not import it

    from .session import PytestSession  # noqa: PLC0415 - other pytest runs do not import it
    from .surroundings import check_surroundings  # noqa: PLC0415 - other pytest runs do not import it

    interrupt_on_signals()
    config.add_cleanup(safe_consoles())
    try:
        check_surroundings()
        session = config.stash[_KEY] = PytestSession(config)
    except ConfigurationError as error:
        pytest.exit(str(error), returncode=2)
    config.pluginmanager.register(session, SESSION)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Replace pytest's exit code by the exit code of the suite."""
    is_ours = hasattr(config.option, "conformance_target")
    try:
        code = yield
    except pytest.UsageError as error:
        if not is_ours:
            raise
        sys.stderr.write("".join(f"ERROR: {sentence}\n" for sentence in error.args))
        return 2
    except (Exception, KeyboardInterrupt) as error:
        # pytest does not catch what is raised while it ends or handles an interrupt.
        session = config.stash.get(_KEY, None)
        if session is None:
            raise
        code = session.end_by(error)
        sys.stderr.write(f"{session.broken}\n" if session.broken else "")
        return code
    if session := config.stash.get(_KEY, None):
        return session.exit_code(code)
    # Without a session nothing was judged, so a success of pytest is not a success here.
    is_wrong = code in {pytest.ExitCode.OK, pytest.ExitCode.INTERNAL_ERROR}
    return 5 if is_ours and is_wrong and not _is_information(config.option) else code


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Collect the files of the suite independently of the caller's configuration of test files."""
    collectors = yield
    session = parent.config.stash.get(_KEY, None)
    if session is None or SUITE not in file_path.parents:
        return collectors
    return session.collect(file_path, parent) if file_path.stem.startswith("test_") else []


def _names_suite(argument: str) -> bool:
    """Return whether an argument is a place in the suite, as a package or a path, and not an option."""
    place = argument.split("::", maxsplit=1)[0]
    if place == "appointment_conformance" or f"{place}.".startswith("appointment_conformance.suite."):
        return True
    return not place.startswith("-") and SUITE in (path := Path(os.path.abspath(place)), *path.parents)  # noqa: PTH100 - no I/O
