"""What this process writes to its console: every text goes through here, and nothing about a console ends a run.

What a console's encoding lacks becomes a visible escape, and so does whatever hides or steers. Where a console cannot
be written to (a closed pipe or descriptor, a full disk, a terminal that is gone), what is written to it is dropped from
then on, without an error.
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

#: Seconds between two looks at whether the console is still worth waiting for.
LOOK_SECONDS: Final = 0.2
#: Seconds to wait for a console that takes nothing, once the process is about to end.
LAST_WAIT_SECONDS: Final = 1.0
#: A console that is ready takes so many bytes without keeping the process waiting.
_PORTION: Final[int] = getattr(select, "PIPE_BUF", 512)
_DESCRIPTORS: Final = (0, 1, 2)


class ConsoleFile(io.RawIOBase):
    """The bytes of a console. `write` takes everything, and drops what cannot be written."""

    def __init__(self, raw: Any) -> None:
        """Write to the file of bytes `raw`, or nowhere where it is None."""
        self._raw, self._is_open = raw, raw is not None
        self._descriptor = _descriptor_of(raw)
        self._is_terminal = bool(self._descriptor is not None and os.isatty(self._descriptor))
        self._deadline: float | None = None

    def writable(self) -> bool:
        """Return True: what cannot be written is dropped."""
        return True

    def isatty(self) -> bool:
        """Return whether this is, or was, a terminal."""
        return self._is_terminal

    def fileno(self) -> int:
        """Return the descriptor. Raises UnsupportedOperation where there is none."""
        if self._descriptor is None:
            raise io.UnsupportedOperation("this console has no descriptor")
        return self._descriptor

    def write(self, data: Any) -> int:
        """Write `data`, or drop it with all that follows."""
        left = bytes(data)
        try:
            while left and self._is_open:
                taken = self._raw.write(left[:_PORTION]) if self._has_room() else 0
                left = left[taken or 0 :]
                self._check_time(taken or 0)
        except (OSError, ValueError):
            self.give_up()
        return len(data)

    def give_up(self) -> None:
        """Write nothing any more."""
        self._is_open = False

    def wait_at_most(self, seconds: float) -> None:
        """Give the console up where it takes nothing within `seconds` from now."""
        self._deadline = monotonic() + seconds

    def _has_room(self) -> bool:
        """Whether the console takes something, as far as it can be asked: on Windows only sockets can."""
        if self._descriptor is None or os.name != "posix":
            return True
        return bool(select.select([], [self._descriptor], [], LOOK_SECONDS)[1])

    def _check_time(self, taken: int) -> None:
        """Raise TimeoutError where nothing was taken and the process waits no longer."""
        if not taken and self._deadline is not None and monotonic() > self._deadline:
            raise TimeoutError("the console takes nothing")


class ConsoleWriter(io.TextIOWrapper):
    """A console for text that is made to be shown: colours pass, and what the encoding lacks becomes an escape."""

    #: click would write to it what this class has not seen.
    buffer = None  # type: ignore[assignment] # there is none for others

    def __init__(self, file: ConsoleFile, encoding: str) -> None:
        """Write to `file`, each line at once."""
        self.file = file
        super().__init__(io.BufferedWriter(file), encoding, "backslashreplace", line_buffering=True)

    def write(self, text: str) -> int:
        """Write `text` in the console's encoding."""
        try:
            return super().write(text)
        except UnicodeError:  # Some codecs heed no handler of errors.
            with suppress(UnicodeError):
                super().write(text.encode("ascii", "backslashreplace").decode())
        return len(text)


class VisibleWriter(ConsoleWriter):
    """A console for any text: whatever hides or steers is shown as an escape. `styled` is the same for made-up text."""

    def __init__(self, file: ConsoleFile, encoding: str) -> None:
        """Write to `file`, each line at once."""
        super().__init__(file, encoding)
        self.styled = ConsoleWriter(file, encoding)

    def write(self, text: str) -> int:
        """Write `text`, made visible."""
        return super().write(_visible(text))


def say(text: str) -> None:
    """Write a line to standard output."""
    _line(sys.stdout, text)


def complain(text: str) -> None:
    """Write a line to standard error."""
    _line(sys.stderr, text)


def styled_output() -> TextIO:
    """Return standard output for text that was made visible before it got its colours."""
    return sys.stdout.styled if isinstance(sys.stdout, VisibleWriter) else sys.stdout


def hurry() -> None:
    """Wait for a console that takes nothing no longer than a moment from now on: the process is about to end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, ConsoleWriter):
            stream.file.wait_at_most(LAST_WAIT_SECONDS)


@contextmanager
def visible_consoles() -> Iterator[None]:
    """Let everything that is written to standard output and standard error within the block go through here."""
    _fill_descriptors()
    former = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_replaced(stream, VisibleWriter) for stream in former)
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
    """Let standard output and standard error be consoles that take all of another program's text, colours and all.

    Returns what sets the former ones again.
    """
    former = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_replaced(stream, ConsoleWriter) for stream in former)
    mine = sys.stdout, sys.stderr

    def restore() -> None:
        for stream in mine:
            _finish(stream)
        # The other program's last words have to go somewhere.
        sys.stdout, sys.stderr = former[0] or mine[0], former[1] or mine[1]

    return restore


def _replaced(stream: TextIO | None, kind: type[ConsoleWriter]) -> Any:
    """A writer of `kind` in place of a stream of the system; another one, which a caller put there, stays."""
    if stream is None:  # Its descriptor was closed when Python began.
        return kind(ConsoleFile(None), "utf-8")
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, ConsoleWriter):
        return stream
    with suppress(OSError, ValueError):
        stream.flush()
    # Written to in portions, past the buffer that would have to be flushed once more when the process ends.
    return kind(ConsoleFile(getattr(stream.buffer, "raw", stream.buffer)), stream.encoding)


def _finish(stream: TextIO) -> None:
    if isinstance(stream, VisibleWriter):
        stream.styled.flush()
    if isinstance(stream, ConsoleWriter):
        stream.flush()
        # Whoever still holds it keeps nobody waiting when the interpreter ends.
        stream.file.give_up()


def _fill_descriptors() -> None:
    """Put the null device where a standard descriptor is closed: the next file that is opened would stand there."""
    for number in _DESCRIPTORS:
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)


def _line(stream: TextIO, text: str) -> None:
    from appointment_conformance.traffic.redaction import hide_tracked  # noqa: PLC0415 - who asks for help does without

    stream.write(f"{hide_tracked(text)}\n")
    stream.flush()


def _visible(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    from appointment_reports import visible  # noqa: PLC0415 - who asks for help does without it

    return visible(text)


def _descriptor_of(raw: Any) -> int | None:
    try:
        return int(raw.fileno())
    except (AttributeError, OSError, ValueError):
        return None
