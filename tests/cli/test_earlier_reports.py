"""After any run, no report of an earlier run can be mistaken for its own."""

from __future__ import annotations

import json
import os

import pytest

from appointment_conformance import file_lock
from appointment_conformance.pytest_plugin.report_folder import ARTEFACTS, claimed, origin

SUITE = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--pyargs", "appointment_conformance.suite")
ENTRY = {
    "api": "mijnklantportaal",
    "base_url": "http://127.0.0.1:9/v1",
    "token": "${OWN_TOKEN}",
    "fixtures": {"appointments": ["apt_a1", "apt_a2"]},
}


@pytest.fixture
def green(tmp_path):
    """Write a targets file and the green reports of an earlier run of its target; return their folder."""
    (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"own": ENTRY}}))
    folder = tmp_path / "conformance-reports" / "own"
    folder.mkdir(parents=True)
    for name in ARTEFACTS:
        (folder / name).write_text("green")
    came_from = origin(tmp_path / "targets.yaml", tmp_path / "conformance-reports")
    (folder / "result.json").write_text(json.dumps({"verdict": "conformant", "targets_file": came_from}))
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "own"],
        ["run", "own", "--targets", "targets.yaml"],
        ["run", "--fault", "nosuch"],
        ["run", "--profile", "fast"],
        ["run", "own", "--nonsense"],
    ],
    ids=" ".join,
)
def test_a_command_that_cannot_begin_leaves_no_green(command, green, arguments):
    """A secret that is not set, an unknown fault and a wrong option end with 2, and the old reports are gone."""
    done = command("appointment_conformance", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert list(green.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there is no /dev/stdin on Windows")
def test_a_pipe_that_cannot_be_used_leaves_no_green(command, green, tmp_path):
    """What came through a pipe is known by its names alone: they are read before anything else is wrong."""
    (green / "result.json").write_text(json.dumps({"verdict": "conformant", "targets_file": ""}))
    done = command("appointment_conformance", "run", "--targets", "-", text=(tmp_path / "targets.yaml").read_text())
    assert (done.returncode, "OWN_TOKEN" in done.stderr, list(green.iterdir())) == (2, True, [])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--target", "own"], 2),
        (["--target", "own", "--targets", "targets.yaml", "--nonsense"], 2),
        (["--target=own", "--conformance-profile", "fast"], 2),
        (["--target", "own", "--setup-plan"], 2),
        (["--target", "own", "-p", "no:setuponly", "-p", "no:setupplan"], 2),
        (["--targets", "targets.yaml"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_pytest_that_cannot_begin_leaves_no_green(command, green, arguments, code):
    """The same holds under pytest, also if pytest does not know an option."""
    done = command(*SUITE, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert list(green.iterdir()) == []


def test_pytest_that_selects_nothing_says_so_in_its_reports(command, green):
    """Where no test is selected the reports are those of this run: nothing was verified."""
    done = command(*SUITE, "--target", "own", "-k", "matches_nothing", OWN_TOKEN="Own/Token+1234567")
    result = json.loads((green / "result.json").read_text())
    assert (done.returncode, result["verdict"], result["targets_file"]) == (4, "not-verified", "../targets.yaml")
    assert "green" not in {(green / name).read_text() for name in ARTEFACTS}


@pytest.mark.parametrize(
    "arguments",
    [
        ("appointment_conformance", "plan"),
        ("appointment_conformance", "deviations", "init", "own"),
        ("appointment_conformance", "run", "--help"),
        (*SUITE, "--target", "own", "--collect-only"),
        (*SUITE, "--target", "own", "--help"),
    ],
    ids=lambda words: " ".join(words[-3:]),
)
def test_what_judges_nothing_clears_nothing(command, green, arguments):
    """A plan, a collection by pytest and a help page change no report."""
    command(*arguments, OWN_TOKEN="Own/Token+1234567")
    assert {path.name for path in green.iterdir()} == set(ARTEFACTS)


def test_a_target_that_is_gone_leaves_no_report(command, green, tmp_path):
    """A run of the file clears what came from it under a name that it does not have any more."""
    renamed = json.dumps({"targets": {"new": ENTRY}})
    (tmp_path / "targets.yaml").write_text(renamed)
    done = command("appointment_conformance", "run", "new", OWN_TOKEN="Own/Token+1234567")
    assert (done.returncode, list(green.iterdir())) == (3, [])


@pytest.mark.skipif(file_lock.fcntl is None, reason="the system has no such file locks")
@pytest.mark.parametrize(
    "arguments", [("appointment_conformance", "run"), (*SUITE, "--target", "own")], ids=["command", "pytest"]
)
def test_a_second_run_into_one_folder_is_refused(command, green, arguments):
    """While another run writes there, nothing is sent and nothing of it touched: one sentence, and exit code 2."""
    with claimed([green]):
        (green / "result.json").write_text("of the first run")
        done = command(*arguments, OWN_TOKEN="Own/Token+1234567")
        assert {path.name: path.read_text() for path in green.iterdir()} == {"result.json": "of the first run"}
    told = done.stdout + done.stderr
    assert (done.returncode, told.count("another run writes its reports to"), "own is" in told) == (2, 1, False)


PUSHES_IN = """\
import sys
if "-P" in sys.orig_argv:
    from pathlib import Path
    from appointment_conformance.pytest_plugin.session import PytestSession
    ending = PytestSession.pytest_unconfigure
    def pytest_unconfigure(self):
        ending(self)
        Path("conformance-reports/own/result.json").write_text('{"verdict": "conformant", "run_id": "another"}')
    PytestSession.pytest_unconfigure = pytest_unconfigure
"""


def test_the_console_speaks_of_its_own_run_alone(command, green, tmp_path):
    """A result that another run has written, on a system without locks, is never shown as this run's."""
    (tmp_path / "sitecustomize.py").write_text(PUSHES_IN)
    done = command("appointment_conformance", "run", OWN_TOKEN="Own/Token+1234567", PYTHONPATH=str(tmp_path))
    assert "conformant" not in done.stdout
    assert done.returncode == 5
    assert json.loads((green / "result.json").read_text())["verdict"] == "error"


def test_pytest_sends_nothing_where_no_report_can_be_written(command, green):
    """An --output that is a file is refused before anything is sent, and no path of a report is shown."""
    output = green / "result.json"
    done = command(*SUITE, "--target", "own", "--conformance-output", output, OWN_TOKEN="Own/Token+1234567")
    told = done.stdout + done.stderr
    assert (done.returncode, told.count("cannot write"), "report.html" in told) == (2, 1, False)
