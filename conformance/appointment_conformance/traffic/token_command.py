"""Run the command of a targets file that prints a token. Nothing that it prints is ever shown."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from appointment_conformance.errors import NotTestable
from appointment_conformance.signals import kill_session, own_session
from appointment_conformance.targets.token_form import MAX_LENGTH
from appointment_conformance.targets.token_source import TokenCommand

from .obtained_token import ObtainedToken

#: A command that runs longer than this is killed, with every process that it has started.
MAX_SECONDS: Final = 60.0
#: Number of bytes that are read at once after the first line, and dropped.
_BLOCK: Final = 65536


def run_token_command(source: TokenCommand, *, seconds: float = MAX_SECONDS) -> ObtainedToken:
    """Return the first line that the command prints. Raises NotTestable, which names the program and nothing else.

    It runs without a shell and without input, in the folder of the targets file.
    """
    program = source.program
    try:
        line, code, is_late = _run(source, seconds)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        remedy = "" if program == source.arguments[0] else "; write each argument as an entry of its own"
        raise NotTestable(f"{source.key}: {program} cannot be started: {reason}{remedy}.") from None
    if is_late:
        raise NotTestable(f"{source.key}: {program} did not end within {seconds:g} seconds.")
    if code:
        raise NotTestable(f"{source.key}: {program} ended with code {code}; run it by hand to see why.")
    if not line:
        raise NotTestable(f"{source.key}: {program} printed nothing; let it print the token as its first line.")
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    if not text.strip():
        raise NotTestable(f"{source.key}: the output of {program} has an empty first line; print the token there.")
    if text.lstrip()[0] in "{[":
        raise NotTestable(f"{source.key}: {program} prints JSON; let it print the token alone.")
    return ObtainedToken(text)


def _run(source: TokenCommand, seconds: float) -> tuple[bytes, int, bool]:
    """Return the first line of the output, the exit code, and whether the program was killed after `seconds`."""
    process = subprocess.Popen(  # noqa: S603 - the program that the author of the targets file names
        source.arguments,
        cwd=source.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        **own_session(),
    )
    with _killed_after(seconds, process) as is_late:
        try:
            line = _first_line(process.stdout, seconds)
        except queue.Empty:
            # A process that has left the session is not killed, and may keep the pipe open for ever.
            is_late.set()
            kill_session(process)
            line = b""
        return line, process.wait(), is_late.is_set()


@contextmanager
def _killed_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
    """Kill `process` after `seconds`, or if the block raises an error; yield what tells whether it was too late."""
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        kill_session(process)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    except BaseException:
        kill_session(process)
        process.wait()
        raise
    finally:
        timer.cancel()


def _first_line(output: IO[bytes] | None, seconds: float) -> bytes:
    """Return the first line, or its beginning if it is too long for a token. The rest is read aside, and dropped.

    Raises queue.Empty if there is neither a line nor the end of the output after `seconds`.
    """
    if output is None:
        return b""
    lines = queue.SimpleQueue[bytes]()
    # A process that the program leaves behind may keep the pipe open for ever.
    threading.Thread(target=_read, args=(output, lines), daemon=True).start()
    return lines.get(timeout=seconds)


def _read(output: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    with output:
        lines.put(output.readline(MAX_LENGTH + 2))
        while output.read(_BLOCK):
            pass
