"""The command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def started(directory, *arguments, **environ):
    """Start the command in a directory; nothing of this test run's pytest reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.Popen(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", "appointment_conformance", *map(str, arguments)],
        cwd=directory,
        env={**kept, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_cli(directory, *arguments, **environ):
    """Run the command to its end; return its exit code, stdout and stderr."""
    with started(directory, *arguments, **environ) as process:
        stdout, stderr = process.communicate(timeout=120)
        return process.returncode, stdout, stderr
