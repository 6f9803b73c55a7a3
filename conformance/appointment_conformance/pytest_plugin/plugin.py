"""The pytest plugin: each requirement is an item, the items of a target share one run, its reports are written once.

In a pytest run that does not name the suite, the plugin adds options and fixtures, and changes nothing else.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from .fixtures import (
    SESSION,
    _conformance_target_name,
    appointment_factory,
    conformance_reports,
    conformance_result,
    conformance_run,
    conformance_target,
    pytest_generate_tests,
)
from .hooks import ConformanceHooks
from .options import OUTPUT, add_options, canonical, translate_aliases, why_taken

__all__ = [
    "SESSION",
    "SUITE",
    "ConformanceHooks",
    "_conformance_target_name",
    "appointment_factory",
    "conformance_reports",
    "conformance_result",
    "conformance_run",
    "conformance_target",
    "pytest_generate_tests",
]

SUITE = Path(__file__).parents[1] / "suite"
_KEY = pytest.StashKey[Any]()
#: Whether the run names the suite.
_IS_OURS = pytest.StashKey[bool]()
#: A sentence on the mistake in pytest's command line.
_MISTAKE = pytest.StashKey[str]()
#: Options with which pytest only prints information and runs no test.
_INFORMATION = ("help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the hooks."""
    pluginmanager.add_hookspecs(ConformanceHooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, which have a prefix that no other plugin has."""
    add_options(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, Any, Any]:
    """In a run that names the suite, add the short names of options, and remove the earlier reports of its targets.

    A mistake in the command line is kept for `pytest_configure`, which can set the exit code.
    """
    named = [arg for arg in args if _names_suite(arg)]
    if not named:
        return (yield)
    early_config.stash[_IS_OURS] = True
    mistake, outcome = _clear_earlier(parser, args), None
    try:
        outcome = yield
    except Exception as error:  # noqa: BLE001 - a conftest.py may raise anything, and pytest would end with 4
        mistake = mistake or f"{type(error).__name__}: {error}".removeprefix("ConftestImportFailure: ")
    # All plugins and conftest.py files have added their options at this point, and may have taken the short names.
    taken = translate_aliases(parser, args)
    mistake = mistake or why_taken(taken, args) or _mistake_in(parser, args)
    if mistake:
        early_config.stash[_MISTAKE] = mistake
        args[:] = ["--pyargs", *named]
    return outcome


def _clear_earlier(parser: pytest.Parser, args: list[str]) -> str:
    """Remove the earlier reports of the targets in `args`; return why that is not possible, empty if it is done."""
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - other pytest runs do not import it

    from .report_folder import clear_for_words  # noqa: PLC0415 - other pytest runs do not import it

    options = _parsed(parser, args)[0]
    if options and (options.collectonly or options.conformance_run_id or _is_information(options)):
        return ""
    try:
        clear_for_words(canonical(args), target="--target", output="--conformance-output")
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
    """Resolve the targets, or end with exit code 2 and a sentence that says what is wrong."""
    if mistake := config.stash.get(_MISTAKE, ""):
        pytest.exit(mistake, returncode=2)
    if getattr(config.option, "markers", False):
        _list_markers(config)
    if not config.stash.get(_IS_OURS, False) or _is_information(config.option):
        return
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - other pytest runs do not import it
    from appointment_conformance.output import safe_consoles  # noqa: PLC0415 - other pytest runs do not import it
    from appointment_conformance.signals import interrupt_on_signals  # noqa: PLC0415 - other pytest runs do not import it

    from .session import PytestSession  # noqa: PLC0415 - other pytest runs do not import it
    from .surroundings import check_surroundings  # noqa: PLC0415 - other pytest runs do not import it

    config.option.conformance_output = config.option.conformance_output or OUTPUT
    interrupt_on_signals()
    config.add_cleanup(safe_consoles())
    try:
        check_surroundings()
        session = config.stash[_KEY] = PytestSession(config)
    except ConfigurationError as error:
        pytest.exit(str(error), returncode=2)
    config.pluginmanager.register(session, SESSION)


def _list_markers(config: pytest.Config) -> None:
    """Register the marks of every installed API, for `--markers`; a run of the suite registers those it has."""
    from .markers import installed_apis, marker_lines  # noqa: PLC0415 - other pytest runs do not import it

    for line in marker_lines(installed_apis()):
        config.addinivalue_line("markers", line)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Replace pytest's exit code by the exit code of the suite."""
    is_ours = config.stash.get(_IS_OURS, False)
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
