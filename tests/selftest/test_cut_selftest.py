"""A self-test that is interrupted or killed leaves no process, and gives its exit code without a message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

#: In a process of the pool: the first run sends a signal, and never ends.
CUT = """\
import os, sys, time
if "--multiprocessing-fork" in sys.orig_argv:
    from appointment_conformance.selftest import mutation_run
    def execute(_):
        os.kill({process}, {number})
        while True:
            time.sleep(0.05)
    mutation_run.execute = execute
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no process groups to be signalled on Windows")


@pytest.mark.parametrize(
    ("process", "number", "code"),
    [
        ("os.getppid()", signal.SIGINT, 130),
        ("0", signal.SIGINT, 130),
        ("os.getppid()", signal.SIGTERM, 130),
        ("os.getppid()", signal.SIGKILL, -signal.SIGKILL),
    ],
    ids=["interrupted", "interrupted with its group", "ended", "killed"],
)
def test_no_process_outlives_a_selftest(tmp_path, process, number, code):
    """Its output ends, which every process of it holds, though the run itself never does; no traceback is in it."""
    (tmp_path / "sitecustomize.py").write_text(CUT.format(process=process, number=int(number)))
    done = subprocess.run(
        [sys.executable, "-m", "appointment_conformance", "selftest", "--workers", "1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_pages_that_cannot_be_written_are_told_first(tmp_path):
    """A folder that cannot be made is found before any run is executed."""
    (tmp_path / "taken").touch()
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", "appointment_conformance", "selftest", "--write", tmp_path / "taken" / "below"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
