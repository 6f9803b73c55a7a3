"""Read the text of a file that a user names: once, up to a maximum size, and also from a pipe."""

from __future__ import annotations

import os
import queue
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from appointment_conformance.errors import ConfigurationError

#: Maximum size of a file; one with thousands of records is a tenth of it.
MAX_BYTES: Final = 1024 * 1024
#: Seconds to wait until another process opens the other end of a pipe, and until it has sent everything.
OPEN_SECONDS, PIPE_SECONDS = 10.0, 120.0
STDIN: Final = "-"
#: Paths below these name open files of a process; no other file lies beside them.
_OPEN_FILES: Final = ("/dev/", "/proc/")


class UnreadableError(Exception):
    """A file cannot be read; the message is a phrase with the reason."""


@dataclass(frozen=True, slots=True)
class TargetsText:
    """The content of a targets file, the directory that its relative paths start from, and the user's variables."""

    path: Path
    text: str = field(repr=False)
    folder: Path
    #: The variables of the file that `--env-file` names; a variable of the environment comes before them.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    #: That file.
    env_file: Path | None = None

    @classmethod
    def read(cls, path: Path) -> TargetsText:
        """Read the file at `path`; if it is not a regular file, paths in it start from the working directory.

        Raises ConfigurationError.
        """
        try:
            text = read_text(path)
        except UnreadableError as error:
            raise ConfigurationError(f"{path}: the targets file cannot be read: {error}.") from error
        if not text.strip("\ufeff \t\r\n"):
            hint = "; under pytest, standard input can be read only with -s" if _is_stdin(path) else ""
            raise ConfigurationError(f"{path}: the file is empty{hint}.")
        is_ordinary_file = path.is_file() and not str(path).startswith(_OPEN_FILES)
        return cls(path, text, path.parent if is_ordinary_file else Path())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TargetsText:
        """Build from the result of `to_dict`."""
        return cls(Path(data["path"]), data["text"], Path(data["folder"]), data["variables"], _path(data["env_file"]))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values, which contain the variables, for another process of the same run."""
        paths = {"path": str(self.path), "folder": str(self.folder), "env_file": self.env_file and str(self.env_file)}
        return {**paths, "text": self.text, "variables": dict(self.variables)}

    def __str__(self) -> str:
        """Return its name."""
        return str(self.path)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def read_text(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """Return the text of a file of at most `max_bytes`; `-` is standard input. Raises UnreadableError."""
    try:
        data = _read_regular(path, max_bytes) if _is_regular(path) else _read_pipe(path, max_bytes)
    except OSError as error:
        raise UnreadableError(error.strerror or type(error).__name__) from error
    if len(data) > max_bytes:
        raise UnreadableError(f"it is larger than {max_bytes // 1024} KiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it is not UTF-8 text (byte {error.start})") from error


def is_piped(path: Path) -> bool:
    """Whether the content of `path` can be read only once, as from standard input or a pipe."""
    return str(path) == STDIN or (path.exists() and not path.is_file() and not path.is_dir())


def regular_text(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """Return the text of a regular file of at most `max_bytes`. Raises UnreadableError."""
    # Unlike `Path.exists`, this never raises an error.
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        raise UnreadableError("it is not a regular file")
    return read_text(path, max_bytes=max_bytes)


def _is_stdin(path: Path) -> bool:
    return str(path) in {STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}


def _is_regular(path: Path) -> bool:
    mode = path.stat().st_mode if str(path) != STDIN else os.fstat(0).st_mode
    # Reading a directory fails at once with a clear error of the system.
    return str(path) != STDIN and (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _read_regular(path: Path, max_bytes: int) -> bytes:
    with path.open("rb") as file:
        return _read_bounded(file, max_bytes)


def _read_bounded(file: BinaryIO, max_bytes: int) -> bytes:
    """Return the content, or its first `max_bytes + 1` bytes if it is larger."""
    content = b""
    while len(content) <= max_bytes and (more := file.read(max_bytes + 1 - len(content))):
        content += more
    return content


def _read_pipe(path: Path, max_bytes: int) -> bytes:
    """Return the content of a pipe. Opening and reading may block forever, so a thread does both."""
    opened, result = threading.Event(), queue.SimpleQueue[bytes | OSError]()

    def receive() -> None:
        try:
            with os.fdopen(os.dup(0), "rb") if str(path) == STDIN else path.open("rb") as file:
                opened.set()
                result.put(_read_bounded(file, max_bytes))
        except OSError as error:
            opened.set()
            result.put(error)

    threading.Thread(target=receive, name="targets file", daemon=True).start()
    if not opened.wait(OPEN_SECONDS):
        raise UnreadableError(f"it is a pipe, and no process opened its other end within {OPEN_SECONDS:g} seconds")
    try:
        received = result.get(timeout=PIPE_SECONDS)
    except queue.Empty:
        raise UnreadableError(f"it is a pipe, and its end was not reached within {PIPE_SECONDS:g} seconds") from None
    if isinstance(received, OSError):
        raise received
    return received
