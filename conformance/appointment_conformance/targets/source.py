"""The text of a file that a user names: read once, within bounds, also from a pipe."""

from __future__ import annotations

import os
import queue
import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from appointment_conformance.errors import ConfigurationError

#: A file of thousands of records has a tenth of it.
MAX_BYTES: Final = 1024 * 1024
#: How long to wait until somebody opens the other end of a pipe, and until all has come through it.
OPEN_SECONDS, PIPE_SECONDS = 10.0, 120.0
STDIN: Final = "-"
#: Names under these stand for what a process has open, and lie beside no other file.
_OPEN_FILES: Final = ("/dev/", "/proc/")


class UnreadableError(Exception):
    """A file cannot be read; the message is a phrase that says why."""


@dataclass(frozen=True, slots=True)
class TargetsText:
    """A targets file as it was read: its name, its text, and the directory that paths in it start from."""

    path: Path
    text: str = field(repr=False)
    folder: Path

    @classmethod
    def read(cls, path: Path) -> TargetsText:
        """Read the file at `path`; paths in what is no regular file start from the working directory.

        Raises ConfigurationError.
        """
        try:
            text = read_text(path)
        except UnreadableError as error:
            raise ConfigurationError(f"{path}: the targets file cannot be read: {error}.") from error
        if not text.strip("\ufeff \t\r\n"):
            hint = "; pytest leaves standard input alone with -s only" if _is_stdin(path) else ""
            raise ConfigurationError(f"{path}: the file is empty{hint}.")
        beside = path.is_file() and not str(path).startswith(_OPEN_FILES)
        return cls(path, text, path.parent if beside else Path())

    def __str__(self) -> str:
        """Return its name."""
        return str(self.path)


def read_text(path: Path) -> str:
    """Return the text of a file of at most `MAX_BYTES`; `-` is standard input. Raises UnreadableError."""
    try:
        data = _regular(path) if _is_regular(path) else _delivered(path)
    except OSError as error:
        raise UnreadableError(error.strerror or type(error).__name__) from error
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"it is larger than {MAX_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it is not UTF-8 text (byte {error.start})") from error


def is_piped(path: Path) -> bool:
    """Tell whether what stands at `path` can be read once only, and is not known by its name."""
    return str(path) == STDIN or (path.exists() and not path.is_file() and not path.is_dir())


def regular_text(path: Path) -> str:
    """Return the text of a regular file of at most `MAX_BYTES`. Raises UnreadableError."""
    if path.exists() and not path.is_file():
        raise UnreadableError("it is no regular file")
    return read_text(path)


def _is_stdin(path: Path) -> bool:
    return str(path) in {STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}


def _is_regular(path: Path) -> bool:
    mode = path.stat().st_mode if str(path) != STDIN else os.fstat(0).st_mode
    # A directory cannot be read either, which the system says at once.
    return str(path) != STDIN and (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _regular(path: Path) -> bytes:
    with path.open("rb") as file:
        return _bounded(file)


def _bounded(file: BinaryIO) -> bytes:
    """The content, or so much of it that it is seen to be too large."""
    content = b""
    while len(content) <= MAX_BYTES and (more := file.read(MAX_BYTES + 1 - len(content))):
        content += more
    return content


def _delivered(path: Path) -> bytes:
    """What comes through a pipe: to open one and to read it may wait for ever, so a thread does that."""
    opened, result = threading.Event(), queue.SimpleQueue[bytes | OSError]()

    def receive() -> None:
        try:
            with os.fdopen(os.dup(0), "rb") if str(path) == STDIN else path.open("rb") as file:
                opened.set()
                result.put(_bounded(file))
        except OSError as error:
            opened.set()
            result.put(error)

    threading.Thread(target=receive, name="targets file", daemon=True).start()
    if not opened.wait(OPEN_SECONDS):
        raise UnreadableError(f"it is a pipe, and nothing has opened its other end within {OPEN_SECONDS:g} seconds")
    try:
        received = result.get(timeout=PIPE_SECONDS)
    except queue.Empty:
        raise UnreadableError(f"it is a pipe, and its end has not come within {PIPE_SECONDS:g} seconds") from None
    if isinstance(received, OSError):
        raise received
    return received
