"""The processes of our own tests: a forked one shows what a started one shows."""

from __future__ import annotations

import json
import os
import signal
import sys

import pytest

import processes

TELLING = """\
import json, os, sys
told = {
    "arguments": sys.argv[1:], "original": sys.orig_argv[1:], "directory": os.getcwd(), "path": sys.path[0],
    "variable": os.environ.get("TOLD"), "tests": "PYTEST_CURRENT_TEST" in os.environ, "input": sys.stdin.read(),
    "name": __name__, "descriptors": sorted(os.listdir("/dev/fd"))[:3], "session": os.getsid(0) == os.getpid(),
    "parent": os.getppid(), "site": getattr(sys, "site", None), "encoding": sys.stdout.encoding,
}
json.dump(told, sys.stdout)
sys.stderr.write("also this")
sys.exit(3)
"""
ENDS = {
    "returns": ("pass", 0),
    "raises": ("raise ValueError('told')", 1),
    "says why": ("import sys; sys.exit('told')", 1),
    "is killed": (f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})", -signal.SIGTERM),
    "is interrupted": (f"import os; os.kill(os.getpid(), {int(signal.SIGINT)})", -signal.SIGINT),
    "ends at once": ("import os; os._exit(7)", 7),
    "has work at its end": ("import atexit, os; atexit.register(os._exit, 8)", 8),
}
WAYS = (processes.started, processes.started_anew)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")


def told_by(start, directory, **options):
    """Return what a module that tells of itself has told, and how its process ended."""
    (directory / "telling.py").write_text(TELLING)
    (directory / "sitecustomize.py").write_text("import sys\nsys.site = 'customized'\n")
    environ = {"TOLD": "a variable", "PYTHONPATH": str(directory)}
    process = start(directory, "telling", "-x", "y", environ=environ, stdin=-1, **options)
    done = processes.finished(process, "a text")
    return json.loads(done.stdout), done.stderr, done.returncode


@pytest.mark.parametrize("session", [True, False])
def test_a_forked_process_is_told_what_a_started_one_is(tmp_path, session):
    """Arguments, directory, variables, standard streams, session and parent are the same both ways."""
    forked, started = (told_by(start, tmp_path, start_new_session=session) for start in WAYS)
    assert forked == started
    assert (forked[0]["parent"], forked[0]["session"], forked[1:]) == (os.getpid(), session, ("also this", 3))


@pytest.mark.parametrize("end", ENDS)
def test_a_forked_process_ends_as_a_started_one_does(tmp_path, end):
    """Exit codes, signals and tracebacks are the same both ways."""
    text, code = ENDS[end]
    (tmp_path / "ending.py").write_text(f"{text}\n")
    forked, started = (processes.finished(start(tmp_path, "ending")) for start in WAYS)
    assert (forked.returncode, started.returncode) == (code, code)
    assert forked.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_what_an_interpreter_reads_at_its_start_is_read(tmp_path):
    """A setting that only the start of an interpreter heeds gives the process an interpreter of its own."""
    (tmp_path / "telling.py").write_text("import sys\nprint(sys.flags.optimize, 'pytest' in sys.modules)\n")
    anew = processes.finished(processes.started(tmp_path, "telling", environ={"PYTHONOPTIMIZE": "2"}))
    forked = processes.finished(processes.started(tmp_path, "telling"))
    assert (anew.stdout, forked.stdout) == ("2 False\n", f"{sys.flags.optimize} True\n")
