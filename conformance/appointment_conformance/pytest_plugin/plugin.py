"""The pytest plugin: the suite's requirements as items of their own, one run for all of them, reports at the end.

It does nothing in a pytest run that does not name the suite: not an option, not a hook with an effect.
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
#: The name under which the session of a run is known to pytest.
SESSION = "appointment-conformance-session"
_KEY = pytest.StashKey[Any]()
#: What pytest cannot make sense of in the command line, in a sentence.
_MISTAKE = pytest.StashKey[str]()
#: Options with which pytest shows something of itself, and runs nothing.
_FOR_SHOW = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")


class ConformanceHooks:
    """Hooks that other plugins may implement to follow a run, and to give it what it plays with."""

    @pytest.hookspec(firstresult=True)
    def pytest_conformance_fixtures(self, target: object) -> object:
        """Return the `appointment_conformance.Fixtures` to use for a `Target`, or None to keep its own.

        Called once, before anything is sent. What it returns stands in place of the target's `fixtures`, and nothing
        is provisioned; what it makes it also removes, in `pytest_unconfigure` at the latest. It stands in a plugin, as
        in `pytest -p my_fixtures --pyargs appointment_conformance.suite`: a conftest.py beside no test is not read.
        """

    @pytest.hookspec
    def pytest_conformance_scenario(self, name: str, number: int, total: int) -> None:
        """Scenario `number` of `total` begins to play."""

    @pytest.hookspec
    def pytest_conformance_result(self, result: object, paths: tuple[Path, ...]) -> None:
        """The run has ended with a `RunResult`, and its artefacts stand at `paths`."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make the hooks known."""
    pluginmanager.add_hookspecs(ConformanceHooks)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, Any, Any]:
    """Add the options, but only to a run that names the suite: others may have a `--target` of their own.

    From here on no earlier report of the target is left. What pytest cannot make sense of is told by
    `pytest_configure`, which can give the run the exit code for it.
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
    # By now every plugin and conftest.py has added its options.
    mistake = mistake or _misunderstood(parser, args)
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
        help="directory of the reports, one folder a target (default: conformance-reports)",
    )
    # The command gives its worker the id of the run, and holds the folder of the reports for it.
    group.addoption("--conformance-run-id", type=_run_id, help=SUPPRESS)


def _run_id(text: str) -> str:
    """An id as the command makes them: it becomes part of the name of a file."""
    return f"{int(text, 16):012x}"


def _clear_earlier(parser: pytest.Parser, args: list[str]) -> str:
    """Clear the earlier reports of what `args` ask for; return why that is not possible, empty where it is."""
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - other pytest runs pay nothing

    from .report_folder import clear_for_words  # noqa: PLC0415 - other pytest runs pay nothing

    options = _parsed(parser, args)[0]
    if options and (options.collectonly or options.conformance_run_id or _is_for_show(options)):
        return ""
    try:
        clear_for_words(args, target="--target", output="--conformance-output")
    except ConfigurationError as error:
        return str(error)
    return ""


def _misunderstood(parser: pytest.Parser, args: list[str]) -> str:
    """What pytest would refuse in `args`, with an exit code that says something else here; empty where nothing."""
    options, told = _parsed(parser, args)
    return "" if options and _is_for_show(options) else told


def _parsed(parser: pytest.Parser, args: list[str]) -> tuple[Namespace | None, str]:
    try:
        options, rest = parser.parse_known_and_unknown_args(list(args))
    except pytest.UsageError as error:
        # Before the sentence stands the usage, and after it where pytest looked for its configuration.
        said = str(error).splitlines()
        return None, next((told for line in said if (told := line.partition("error: ")[2])), said[0])
    unknown = [arg for arg in rest if arg.startswith("-")]
    return options, f"pytest knows no option {', '.join(unknown)}; `pytest --help` lists them." if unknown else ""


def _is_for_show(options: Namespace) -> bool:
    return any(getattr(options, name, None) for name in _FOR_SHOW)


def pytest_configure(config: pytest.Config) -> None:
    """Resolve the target, or end with exit code 2 and the sentence that says what is wrong."""
    if mistake := config.stash.get(_MISTAKE, ""):
        pytest.exit(mistake, returncode=2)
    if not hasattr(config.option, "conformance_target") or _is_for_show(config.option):
        return
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - other pytest runs pay nothing
    from appointment_conformance.output import safe_consoles  # noqa: PLC0415 - other pytest runs pay nothing
    from appointment_conformance.signals import interrupt_on_signals  # noqa: PLC0415 - other pytest runs pay nothing

    from .session import PytestSession  # noqa: PLC0415 - other pytest runs pay nothing
    from .surroundings import check_surroundings  # noqa: PLC0415 - other pytest runs pay nothing

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
    """Give the process the exit code of the suite's own table, whatever pytest and its plugins have come to."""
    is_ours = hasattr(config.option, "conformance_target")
    try:
        code = yield
    except pytest.UsageError as error:
        if not is_ours:
            raise
        sys.stderr.write("".join(f"ERROR: {told}\n" for told in error.args))
        return 2
    except (Exception, KeyboardInterrupt) as error:
        # What comes while pytest is ending, or dealing with an interrupt, it does not catch itself.
        session = config.stash.get(_KEY, None)
        if session is None:
            raise
        code = session.end_by(error)
        sys.stderr.write(f"{session.broken}\n" if session.broken else "")
        return code
    if session := config.stash.get(_KEY, None):
        return session.exit_code(code)
    # Without a session nothing was judged, whatever another plugin calls that.
    is_wrong = code in {pytest.ExitCode.OK, pytest.ExitCode.INTERNAL_ERROR}
    return 5 if is_ours and is_wrong and not _is_for_show(config.option) else code


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Collect a file of the suite by our own rules, whatever the caller's configuration says about test files."""
    found = yield
    session = parent.config.stash.get(_KEY, None)
    if session is None or SUITE not in file_path.parents:
        return found
    return session.collect(file_path, parent) if file_path.stem.startswith("test_") else []


def _names_suite(argument: str) -> bool:
    """Tell whether an argument is a place in the suite, as a package or a path; an option may mention it freely."""
    place = argument.split("::", maxsplit=1)[0]
    if place == "appointment_conformance" or f"{place}.".startswith("appointment_conformance.suite."):
        return True
    return not place.startswith("-") and SUITE in (path := Path(os.path.abspath(place)), *path.parents)  # noqa: PTH100 - no I/O
