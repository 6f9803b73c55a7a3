"""Fixtures for pytest that judge a target once in a session, for your own tests.

A conftest.py at the root, or a test file, loads them with `pytest_plugins = ["appointment_conformance.testing"]`. To
judge another target, or to keep the reports, define a fixture of the same name.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appointment_conformance import ConfigurationError, RunResult, Target, read_targets, run_target, write_reports

__all__ = ["conformance_reports", "conformance_result", "conformance_target"]


@pytest.fixture(scope="session")
def conformance_target() -> Target:
    """The target that CONFORMANCE_TARGET names, from the file CONFORMANCE_TARGETS, by default targets.yaml."""
    name = os.environ.get("CONFORMANCE_TARGET")
    if not name:
        pytest.fail("set CONFORMANCE_TARGET to the name of a target, or define the fixture conformance_target.")
    try:
        (target,) = read_targets(os.environ.get("CONFORMANCE_TARGETS", "targets.yaml"), [name])
    except ConfigurationError as error:
        pytest.fail(str(error))
    return target


@pytest.fixture(scope="session")
def conformance_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the reports: a temporary one, unless you define a fixture with this name."""
    return tmp_path_factory.mktemp("conformance-reports")


@pytest.fixture(scope="session")
def conformance_result(conformance_target: Target, conformance_reports: Path) -> RunResult:
    """The result of one run of the target, shared by all tests of the session. The reports are written."""
    result = run_target(conformance_target, output=conformance_reports)
    write_reports(result, conformance_reports / result.target)
    return result
