"""The command line as a process of its own."""

from __future__ import annotations

import processes


def started(directory, *arguments, **environ):
    """Start the command in a directory; nothing of this test run's pytest reaches it."""
    return processes.started(directory, "appointment_conformance", *arguments, environ=environ)


def run_cli(directory, *arguments, **environ):
    """Run the command to its end; return its exit code, stdout and stderr."""
    done = processes.finished(started(directory, *arguments, **environ))
    return done.returncode, done.stdout, done.stderr
