"""Consoles that take nothing: what a command does with one, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

import processes

#: Closes descriptors before the command begins, as a shell does for `>&-`.
CLOSING = (
    "import os, sys; [os.close(int(one)) for one in sys.argv[1].split()];"
    "os.execv(sys.executable, [sys.executable, '-m', *sys.argv[2:]])"
)
CONSOLES = ("reader-gone", "full-disk", "closed")


def run_on(console, directory, *arguments):
    """Run a module with a broken standard output; return its exit code and its standard error."""
    with ExitStack() as opened:
        options = {"stdout": _output(console, opened)}
        if console == "closed":
            command = [sys.executable, "-c", CLOSING, "1", *map(str, arguments)]
            process = subprocess.Popen(command, cwd=directory, stderr=subprocess.PIPE, text=True, **options)  # noqa: S603 - our own interpreter
        else:
            process = processes.started(directory, *arguments, **options)
        done = processes.finished(process, seconds=240)
    return done.returncode, done.stderr


def _output(console, opened):
    if console == "full-disk":
        if not Path("/dev/full").exists():
            pytest.skip("needs /dev/full")
        return opened.enter_context(Path("/dev/full").open("wb"))
    if console == "closed":
        if sys.platform == "win32":
            pytest.skip("replaces its own process")
        return subprocess.DEVNULL
    reading, writing = os.pipe()
    os.close(reading)
    return opened.enter_context(os.fdopen(writing, "wb"))
