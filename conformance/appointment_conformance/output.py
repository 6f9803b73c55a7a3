"""All output of this process to standard output and standard error. No problem of a console ends a run.

Characters that the encoding of the console lacks become visible escapes, and so do control and invisible characters.
If a console cannot be written to (a closed pipe or descriptor, a full disk, a closed terminal), everything after that
is dropped without an error.
"""

from __future__ import annotations

import io
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, Final, TextIO

#: Seconds between two checks whether a blocked console has to be given up.
CHECK_SECONDS: Final = 0.2
#: Seconds to wait for a blocked console when the process is about to end.
LAST_WAIT_SECONDS: Final = 1.0
#: A console that is ready accepts this many bytes without blocking.
_CHUNK_BYTES: Final[int] = getattr(select, "PIPE_BUF", 512)
_DESCRIPTORS: Final = (0, 1, 2)


class ConsoleFile(io.RawIOBase):
    """The bytes of a console. `write` accepts everything, and drops what cannot be written."""

    def __init__(self, raw: Any) -> None:
        """Write to the binary file `raw`; if it is None, drop everything."""
        self._raw, self._is_open = raw, raw is not None
        self._descriptor = _descriptor_of(raw)
        self._is_terminal = bool(self._descriptor is not None and os.isatty(self._descriptor))
        self._deadline: float | None = None

    def writable(self) -> bool:
        """Return True, because bytes that cannot be written are dropped."""
        return True

    def isatty(self) -> bool:
        """Return whether this is, or was, a terminal."""
        return self._is_terminal

    def fileno(self) -> int:
        """Return the descriptor. Raises UnsupportedOperation if there is none."""
        if self._descriptor is None:
            raise io.UnsupportedOperation("this console has no descriptor")
        return self._descriptor

    def write(self, data: Any) -> int:
        """Write `data`. If that fails, drop it and everything written later."""
        left = bytes(data)
        try:
            while left and self._is_open:
                taken = self._raw.write(left[:_CHUNK_BYTES]) if self._has_room() else 0
                left = left[taken or 0 :]
                self._check_time(taken or 0)
        except (OSError, ValueError):
            self.give_up()
        return len(data)

    def give_up(self) -> None:
        """Drop everything that is written from now on."""
        self._is_open = False

    def wait_at_most(self, seconds: float) -> None:
        """Give the console up if it accepts nothing after `seconds` from now."""
        self._deadline = monotonic() + seconds

    def _has_room(self) -> bool:
        """Whether the console accepts bytes. Windows can tell this for sockets only, so there it is always True."""
        if self._descriptor is None or os.name != "posix":
            return True
        return bool(select.select([], [self._descriptor], [], CHECK_SECONDS)[1])

    def _check_time(self, taken: int) -> None:
        """Raise TimeoutError if nothing was written and the time to wait is over."""
        if not taken and self._deadline is not None and monotonic() > self._deadline:
            raise TimeoutError("the console accepts no output")


class ConsoleWriter(io.TextIOWrapper):
    """A console for trusted text. Colours are kept; characters that the encoding lacks become escapes."""

    #: None, because click would write to a buffer directly, past this class.
    buffer = None  # type: ignore[assignment] # other text files have a buffer

    def __init__(self, file: ConsoleFile, encoding: str) -> None:
        """Write to `file`, line by line."""
        self.file = file
        super().__init__(io.BufferedWriter(file), encoding, "backslashreplace", line_buffering=True)

    def write(self, text: str) -> int:
        """Write `text` in the console's encoding."""
        try:
            return super().write(text)
        except UnicodeError:  # Some codecs ignore the error handler.
            with suppress(UnicodeError):
                super().write(text.encode("ascii", "backslashreplace").decode())
        return len(text)


class VisibleWriter(ConsoleWriter):
    """A console for untrusted text: control and invisible characters become escapes. `styled` takes trusted text."""

    def __init__(self, file: ConsoleFile, encoding: str) -> None:
        """Write to `file`, line by line."""
        super().__init__(file, encoding)
        self.styled = ConsoleWriter(file, encoding)

    def write(self, text: str) -> int:
        """Write `text` with control and invisible characters as escapes."""
        return super().write(_visible(text))


def say(text: str) -> None:
    """Write a line to standard output."""
    _line(sys.stdout, text)


def complain(text: str) -> None:
    """Write a line to standard error."""
    _line(sys.stderr, text)


def styled_output() -> TextIO:
    """Return standard output for text that is already escaped and may contain colours."""
    return sys.stdout.styled if isinstance(sys.stdout, VisibleWriter) else sys.stdout


def hurry() -> None:
    """Wait at most LAST_WAIT_SECONDS for a blocked console from now on, because the process is about to end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, ConsoleWriter):
            stream.file.wait_at_most(LAST_WAIT_SECONDS)


@contextmanager
def visible_consoles() -> Iterator[None]:
    """Inside the block, replace standard output and standard error by a VisibleWriter."""
    _fill_descriptors()
    former = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_writer_for(stream, VisibleWriter) for stream in former)
    try:
        yield
    except BaseException as end:
        if not isinstance(end, SystemExit):
            hurry()
        raise
    finally:
        for stream in (sys.stdout, sys.stderr):
            _finish(stream)
        sys.stdout, sys.stderr = former


def safe_consoles() -> Callable[[], None]:
    """Replace standard output and standard error by a ConsoleWriter, which keeps the colours of another program.

    Returns a function that restores the former ones.
    """
    former = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_writer_for(stream, ConsoleWriter) for stream in former)
    replaced = sys.stdout, sys.stderr

    def restore() -> None:
        for stream in replaced:
            _finish(stream)
        # Without a former stream, the other program could not write its last messages.
        sys.stdout, sys.stderr = former[0] or replaced[0], former[1] or replaced[1]

    return restore


def _writer_for(stream: TextIO | None, kind: type[ConsoleWriter]) -> Any:
    """A writer of `kind` that replaces a stream of the system. A stream that a caller has set is returned unchanged."""
    if stream is None:  # Its descriptor was closed when Python started.
        return kind(ConsoleFile(None), "utf-8")
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, ConsoleWriter):
        return stream
    with suppress(OSError, ValueError):
        stream.flush()
    # The raw file is used, because its buffer would be flushed again, and could block, when the process ends.
    return kind(ConsoleFile(getattr(stream.buffer, "raw", stream.buffer)), stream.encoding)


def _finish(stream: TextIO) -> None:
    if isinstance(stream, VisibleWriter):
        stream.styled.flush()
    if isinstance(stream, ConsoleWriter):
        stream.flush()
        # A writer that is still referenced must not block when the interpreter ends.
        stream.file.give_up()


def _fill_descriptors() -> None:
    """Open the null device for each closed standard descriptor, because the next opened file would get its number."""
    for number in _DESCRIPTORS:
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)


def _line(stream: TextIO, text: str) -> None:
    from appointment_conformance.traffic.redaction import hide_tracked  # noqa: PLC0415 - help does not need it

    stream.write(f"{hide_tracked(text)}\n")
    stream.flush()


def _visible(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    from appointment_reports import visible  # noqa: PLC0415 - help does not need it

    return visible(text)


def _descriptor_of(raw: Any) -> int | None:
    try:
        return int(raw.fileno())
    except (AttributeError, OSError, ValueError):
        return None
