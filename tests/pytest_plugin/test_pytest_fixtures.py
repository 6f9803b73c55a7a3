"""The fixtures for tests of one's own judge the target that is asked for, once in a session."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from appointment_conformance.reference_apis import serve

TESTS = """\
from appointment_conformance import RunResult
pytest_plugins = ["appointment_conformance.testing"]
def test_first(conformance_result: RunResult, conformance_target, conformance_reports):
    assert conformance_result.verdict == "conformant"
    assert (conformance_reports / conformance_target.name / "report.html").is_file()
def test_second(conformance_result):
    assert conformance_result.requests < 60
"""


@pytest.fixture
def tested(tmp_path):
    """Run tests that use the fixtures, with an environment of their own; return what pytest said."""

    def testing(**environ):
        (tmp_path / "test_own.py").write_text(TESTS)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CONFORMANCE_"))}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "test_own.py"],
            cwd=tmp_path,
            env={**kept, **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        ).stdout

    return testing


def test_the_target_of_the_environment_is_run_once(tested, tmp_path):
    """Two tests share one run: a second one would find the appointments used up, and its reports are there."""
    with serve("mijnklantportaal") as reference:
        own = {
            "api": "mijnklantportaal",
            "base_url": reference.base_url,
            "token": reference.token,
            "forbidden_token": reference.forbidden_token,
            "fixtures": {"appointments": list(reference.appointments[:8])},
        }
        (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"own": own}}))
        shown = tested(CONFORMANCE_TARGET="own")
        canceled = [one for one in reference.state.appointments.values() if one["status"] == "canceled"]
    assert "2 passed" in shown, shown
    assert 0 < len(canceled) <= 8


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [({}, "set CONFORMANCE_TARGET to the name of a target"), ({"CONFORMANCE_TARGET": "own"}, "targets.yaml")],
    ids=["no name", "no file"],
)
def test_without_a_target_no_test_passes(tested, environ, sentence):
    """Nothing stands in for a target that is missing: the tests fail with one sentence that says what to do."""
    shown = tested(**environ)
    assert " passed" not in shown
    assert sentence in shown
