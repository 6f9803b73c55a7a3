"""The pytest plugin: the suite's requirements as items of their own, one run for all of them, reports at the end.

It does nothing in a pytest run that does not name the suite: not an option, not a hook with an effect.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SUITE = Path(__file__).parent / "suite"
#: The name under which the session of a run is known to pytest.
SESSION = "appointment-conformance-session"
_KEY = pytest.StashKey[Any]()


class ConformanceHooks:
    """Hooks that other plugins may implement to follow a run, and to give it what it plays with."""

    @pytest.hookspec(firstresult=True)
    def pytest_conformance_fixtures(self, target: object) -> object:
        """Return the `appointment_conformance.targets.Fixtures` to use for a `Target`, or None to keep its own.

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


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> None:
    """Add the options, but only to a run that names the suite: others may have a `--target` of their own."""
    if not any(_names_suite(arg) for arg in args):
        return
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


def pytest_configure(config: pytest.Config) -> None:
    """Resolve the target, or end with exit code 2 and the sentence that says what is wrong."""
    if not hasattr(config.option, "conformance_target"):
        return
    from .errors import ConfigurationError  # noqa: PLC0415 - other pytest runs pay nothing
    from .running.output import safe_consoles  # noqa: PLC0415 - other pytest runs pay nothing
    from .running.pytest_session import PytestSession  # noqa: PLC0415 - other pytest runs pay nothing
    from .signals import heed_all_alike  # noqa: PLC0415 - other pytest runs pay nothing

    heed_all_alike()
    config.add_cleanup(safe_consoles())
    try:
        session = config.stash[_KEY] = PytestSession(config)
    except ConfigurationError as error:
        pytest.exit(str(error), returncode=2)
    config.pluginmanager.register(session, SESSION)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Collect a file of the suite by our own rules, whatever the caller's configuration says about test files."""
    found = yield
    session = parent.config.stash.get(_KEY, None)
    if session is None or SUITE not in file_path.parents:
        return found
    return session.collect(file_path, parent)


def _names_suite(argument: str) -> bool:
    """Tell whether an argument is a place in the suite, as a package or a path; an option may mention it freely."""
    place = argument.split("::", maxsplit=1)[0]
    if place == "appointment_conformance" or f"{place}.".startswith("appointment_conformance.suite."):
        return True
    return not place.startswith("-") and SUITE in (path := Path(os.path.abspath(place)), *path.parents)  # noqa: PTH100 - no I/O
