"""A program that answers in front of an API: found on this machine, started as a child, ended by its id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

#: How long a program may take to listen; a machine that is busy with other work is slow.
START_SECONDS = 30.0
#: How long to wait between two looks: nothing tells when a program of somebody else begins to listen.
LOOK_SECONDS = 0.02
#: How long a program may take to end after it was asked to.
END_SECONDS = 10.0
#: Another process may take a free port before the program does.
STARTS = 3
#: Server programs stand here, and an ordinary user's PATH often lacks it.
SYSTEM_PROGRAMS = "/usr/sbin:/usr/local/sbin:/sbin"

#: Writes the configuration for a port into a folder, and returns the command line.
Setup = Callable[[Path, int], Sequence[str]]


class NotStarted(Exception):  # noqa: N818 - it says what happened to the program
    """The program ended, or did not listen in time; the message holds what it wrote."""


def program(name: str) -> str:
    """Return the path of a program of this machine; skip the test where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PROGRAMS}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def front(setup: Setup) -> Iterator[int]:
    """Start the program that `setup` configures, yield the port that it listens on, and end it."""
    with _folder() as folder:
        process, port = _started(setup, folder)
        try:
            yield port
        finally:
            _end(process)


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a new folder that a program which gave up its rights can still read."""
    with tempfile.TemporaryDirectory(prefix="front-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _started(setup: Setup, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    for start in range(1, STARTS + 1):
        port = free_port()
        try:
            return _listening(setup(folder, port), folder, port), port
        except NotStarted:
            if start == STARTS:
                raise
    raise AssertionError


def _listening(command: Sequence[str], folder: Path, port: int) -> subprocess.Popen[bytes]:
    output = folder / "output.txt"
    with output.open("wb") as written:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=written, stderr=written)  # noqa: S603 - a program of the machine, with our own arguments
    deadline = time.monotonic() + START_SECONDS
    while not _ended_within(process, LOOK_SECONDS) and time.monotonic() < deadline:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return process
    _end(process)
    raise NotStarted(f"{command[0]} does not listen: {output.read_text(errors='replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    if not _ended_within(process, END_SECONDS):
        process.kill()
        process.wait()


def _ended_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
