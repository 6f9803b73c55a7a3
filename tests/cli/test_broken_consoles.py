"""A console that cannot be written to changes no report, no record and no exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from broken_consoles import CONSOLES, run_on
from provisioned import provisioned_entry

from appointment_conformance.reference_apis import serve

fcntl = pytest.importorskip("fcntl", reason="pipes cannot be made small, nor asked whether they take anything")
CLI, MKP = "appointment_conformance", "reference-mijnklantportaal"
PYTEST = ("pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis")
SUITE = ("--pyargs", "appointment_conformance.suite", "--target", MKP)
ARTEFACTS = {"junit.xml", "report.html", "result.json", "exchanges.har", "summary.md"}
FAULTY = """\
from appointment_conformance.cli import cost_plan as forecast
def broken(*_, **__): raise RuntimeError("a defect")
forecast.forecast = broken
"""


def written(directory, target):
    """Return the verdict of a target, and the names of its reports."""
    reports = directory / "conformance-reports" / target
    verdict = json.loads((reports / "result.json").read_bytes())["verdict"]
    return verdict, {path.name for path in reports.iterdir()} - {path.name for path in reports.glob("journal-*")}


def own_target(reference):
    """Return the text of a targets file whose target has its fixtures made."""
    return json.dumps({"targets": {"own": provisioned_entry(reference)}})


def standing(state):
    """Return the number of records at a reference API that a run can remove."""
    appointments = [
        one for one in state.appointments.values() if not isinstance(one, dict) or one["status"] != "canceled"
    ]
    return len(appointments) + sum(len(getattr(state, kind, ())) for kind in ("profiles", "lists"))


@pytest.mark.parametrize(
    ("api", "console"), [("omneo", "reader-gone"), *(("mijnklantportaal", one) for one in CONSOLES)]
)
def test_a_run_goes_on_in_silence(tmp_path, api, console):
    """A run that makes its fixtures removes them, writes every report, and exits with the code of its verdict."""
    with serve(api) as reference:
        before = standing(reference.state)
        (tmp_path / "targets.yaml").write_text(own_target(reference))
        code, stderr = run_on(console, tmp_path, CLI, "run", "--targets", "targets.yaml")
        after = standing(reference.state)
    assert (code, stderr, after) == (0, "", before)
    assert written(tmp_path, "own") == ("conformant", ARTEFACTS)


def test_a_verdict_keeps_its_code(tmp_path):
    """A target that is not conformant still gives 1 if nobody reads the output."""
    code, stderr = run_on("reader-gone", tmp_path, CLI, "run", MKP, "--fault", "cancel-shows-status-cancelled")
    assert (code, stderr) == (1, "")
    assert written(tmp_path, MKP) == ("not-conformant", ARTEFACTS)


@pytest.mark.parametrize(
    ("console", "arguments", "code"),
    [
        *((console, ["faults"], 0) for console in CONSOLES),
        ("reader-gone", ["--help"], 0),
        ("closed", ["--version"], 0),
        ("reader-gone", ["plan", MKP], 0),
        ("full-disk", ["plan", MKP, "--json"], 0),
        ("closed", ["doctor", MKP], 0),
        ("full-disk", ["run", "--nonsense"], 2),
        ("closed", ["cleanup", "nosuch"], 2),
        ("reader-gone", ["deviations", "init", "own", "--targets", "nosuch.yaml"], 2),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_every_command_exits_with_its_own_code(tmp_path, console, arguments, code):
    """No command is ended by its console, neither while it runs nor when the interpreter shuts down."""
    got, stderr = run_on(console, tmp_path, CLI, *arguments)
    assert got == code
    assert not [word for word in ("Traceback", "Exception ignored", "BrokenPipe") if word in stderr]
    assert bool(stderr) is (code == 2)


@pytest.mark.parametrize("arguments", [["run", "--targets", "nosuch.yaml"], ["faults"]])
def test_a_closed_standard_error_changes_no_code(tmp_path, arguments):
    """Without a place for its complaints a command exits as ever."""
    closing = "import os, sys; os.close(2); os.execv(sys.executable, [sys.executable, '-m', *sys.argv[1:]])"
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-c", closing, CLI, *arguments], cwd=tmp_path, stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert done.returncode == (0 if arguments == ["faults"] else 2)


@pytest.mark.parametrize(
    ("console", "faults", "code"),
    [
        ("full-disk", (), 0),
        ("reader-gone", ("--conformance-fault=cancel-shows-status-cancelled",), 1),
    ],
)
def test_pytest_goes_on_in_silence(tmp_path, console, faults, code):
    """Run by pytest, the suite writes its reports and has its exit code, too."""
    got, stderr = run_on(console, tmp_path, *PYTEST, *SUITE, *faults)
    assert (got, stderr) == (code, "")
    assert written(tmp_path, MKP)[1] == ARTEFACTS


def test_a_pipe_that_does_not_wait_gets_everything(tmp_path, command):
    """A pipe that answers "try again" is waited for: its reader gets what it gets from any other."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen([sys.executable, "-m", CLI, "faults"], cwd=tmp_path, stdout=writing) as process:  # noqa: S603 - our own interpreter
        os.close(writing)
        with os.fdopen(reading, "rb") as reader:
            got = reader.read()
    assert process.returncode == 0
    assert got.decode() == command(CLI, "faults").stdout
    assert len(got) > 8192


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="makes a pipe small")
def test_a_signal_ends_a_command_whose_reader_has_stopped(tmp_path):
    """If the pipe is full because nobody reads it, a signal still ends the command, with 130."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen([sys.executable, "-m", CLI, "faults"], cwd=tmp_path, stdout=writing) as process:  # noqa: S603 - our own interpreter
        first = os.read(reading, 1)
        # Not Ctrl-C's, which a process that was started in the background may ignore.
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(60)
        finally:
            process.kill()
    os.close(reading)
    os.close(writing)
    assert (first, code) == (b"l", 130)


def test_a_defect_of_ours_is_no_verdict(command, tmp_path):
    """Where a command itself breaks it exits with 5, the code of an internal error, and not with that of a verdict."""
    (tmp_path / "sitecustomize.py").write_text(FAULTY)
    done = command(CLI, "plan", MKP, PYTHONPATH=str(tmp_path))
    assert (done.returncode, "RuntimeError: a defect" in done.stderr) == (5, True)


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1:strict"},
        # There the name of a file is bytes that nobody can read.
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=lambda environ: "-".join(environ.values()),
)
def test_no_encoding_ends_a_run(command, environ):
    """What a console's encoding lacks is shown as an escape, on both streams, and a run has its verdict's code."""
    arrow = "\\udce2\\udc86\\udc92" if "LC_ALL" in environ else "\\u2192"
    done = command(CLI, "run", MKP, "--output", "r\u2192", **environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"reports: r{arrow}" in done.stdout
    refused = command(CLI, "run", "--targets", "r\u2192.yaml", **environ)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert refused.stderr.startswith(f"error: r{arrow}.yaml: ")
    used = command(CLI, "r\u2192", **environ)
    assert (used.returncode, f"No such command 'r{arrow}'" in used.stderr) == (2, True)


def test_a_plan_is_json_on_any_console(command):
    """The JSON of a plan is valid with every encoding of the console."""
    told = partial(command, CLI, "plan", MKP, "--json")
    assert json.loads(told(PYTHONIOENCODING="ascii").stdout) == json.loads(told().stdout)


STEERING = """\
from appointment_conformance.provisioning import cleanup
told = "its removal was answered \\x1b[2J\\x9b1m\\u202e\\u200b"
cleanup.cleanup = lambda *_, **__: cleanup.CleanupResult(0, (told,))
from appointment_conformance.cli import deviations as declaring
from appointment_conformance.cli import cost_plan as forecast
declaring.declare = lambda *_, **__: told
forecast.lines = lambda _: [told]
from appointment_conformance.errors import ConfigurationError
def refuse(*_, **__): raise ConfigurationError(told)
declaring.prune = refuse
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("cleanup", "r1"),
        ("plan", MKP),
        ("deviations", "init", "own", "--targets", "t.yaml"),
        ("deviations", "prune", "own", "--targets", "t.yaml"),
    ],
    ids=" ".join,
)
def test_nothing_steers_a_terminal(command, tmp_path, arguments):
    """What came from a target is shown with its control characters as escapes, by every command."""
    (tmp_path / "sitecustomize.py").write_text(STEERING)
    done = command(CLI, *arguments, PYTHONPATH=str(tmp_path))
    told = done.stdout + done.stderr
    assert "its removal was answered \\x1b[2J\\x9b1m\\u202e\\u200b" in told
    assert not set(told) & set("\x1b\x9b\u202e\u200b")


def test_a_listener_that_fails_ends_no_run(tmp_path):
    """A listener that raises, in the thread that reads from the worker, does not change the run."""
    from appointment_conformance.cli.worker_pool import WorkerPool
    from appointment_conformance.pytest_plugin.jobs import Job

    def listener(*_):
        raise BrokenPipeError

    (worker,) = WorkerPool().run([Job(MKP, None, "gate", 1, Path(tmp_path))], listener)
    assert worker.code == 0
    assert worker.progress is not None
    assert worker.progress.requests > 50
