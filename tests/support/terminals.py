"""A command with a terminal as its standard input, on which a test types."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from contextlib import contextmanager

import pytest

import processes

END_OF_INPUT = "\x04"
#: `input` drops an interrupt that arrives while it prepares to read, so a person presses the keys again.
MAX_SIGNALS, SIGNAL_SECONDS = 5, 5


def typed(directory, text, *arguments, **environ):
    """Run a module as a command with `text` typed on its terminal; return how it ended."""
    with _terminal() as (keyboard, terminal):
        os.write(keyboard, text.encode())
        return processes.finished(processes.started_anew(directory, *arguments, environ=environ, stdin=terminal))


def interrupted(directory, awaited, *arguments):
    """Run a module as a command, and interrupt it when it has written `awaited`; return how it ended."""
    with _terminal() as (_, terminal):
        process = processes.started_anew(directory, *arguments, stdin=terminal)
        read = ""
        while awaited not in read and (more := process.stdout.read(1)):
            read += more
        for _ in range(MAX_SIGNALS):
            # A shell may have switched SIGINT off for everything that it starts.
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=SIGNAL_SECONDS)
                break
        return processes.finished(process)


@contextmanager
def _terminal():
    """Open a terminal; yield the end on which is typed, and the end that a command reads."""
    pty = pytest.importorskip("pty", reason="pseudo-terminals are not there on Windows")
    ends = pty.openpty()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)
