"""What is written to a console reaches it in its encoding, visible, or is dropped; it never fails."""

from __future__ import annotations

import errno
import io
import os
import sys

import pytest

from appointment_conformance.output import ConsoleFile, ConsoleWriter, VisibleWriter, complain, say, visible_consoles


class Raw(io.RawIOBase):
    """A console that does one thing after another with what is written to it."""

    def __init__(self, *turns):
        """Take so many bytes each turn, raise, or answer None, "try again"; all at the end."""
        self._turns, self.got = list(turns), b""

    def write(self, data):
        """Do what is due."""
        turn = self._turns.pop(0) if self._turns else len(data)
        if isinstance(turn, BaseException):
            raise turn
        taken = bytes(data[:turn]) if turn is not None else b""
        self.got += taken
        return None if turn is None else len(taken)


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ENOSPC, errno.EBADF, errno.EIO, errno.EAGAIN, errno.ECONNRESET])
def test_what_cannot_be_written_is_dropped(number):
    """Whatever a console refuses with, the text is dropped with all that follows, and nothing is raised."""
    raw = Raw(3, OSError(number, "refused"))
    console = VisibleWriter(ConsoleFile(raw), "utf-8")
    console.write("a line\n")
    console.write("another\n")
    console.flush()
    assert raw.got == b"a l"


def test_a_console_that_takes_little_gets_everything():
    """One that takes a part, or asks to be tried again, gets the rest."""
    raw = Raw(1, None, None, 2, 0, 1)
    console = ConsoleWriter(ConsoleFile(raw), "utf-8")
    console.write("a long line\n")
    assert raw.got == b"a long line\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "é → 😀\n".encode()),
        ("ascii", b"\\xe9 \\u2192 \\U0001f600\n"),
        ("latin-1", b"\xe9 \\u2192 \\U0001f600\n"),
        ("cp1252", b"\xe9 \\u2192 \\U0001f600\n"),
        ("shift_jis", b"\\xe9 \x81\xa8 \\U0001f600\n"),
        ("undefined", b""),
    ],
)
def test_what_an_encoding_lacks_is_an_escape(encoding, expected):
    """A character that the encoding lacks is shown as its number; a codec that takes nothing shows nothing."""
    raw = Raw()
    console = ConsoleWriter(ConsoleFile(raw), encoding)
    console.write("é → 😀\n")
    console.flush()
    assert raw.got.replace(os.linesep.encode(), b"\n") == expected


def test_a_codec_that_heeds_no_handler_shows_escapes():
    """Where a codec cannot replace what it lacks, the whole text is shown in ASCII."""
    raw = Raw()
    console = ConsoleWriter(ConsoleFile(raw), "idna")
    console.write("a." + "é" * 80)
    console.flush()
    assert raw.got in {b"", b"a." + b"\\xe9" * 80}


def test_what_steers_is_visible_and_colours_of_our_own_pass():
    """Any text is made visible, line by line; only what was made to be shown keeps its escapes."""
    raw = Raw()
    console = VisibleWriter(ConsoleFile(raw), "utf-8")
    console.write("a\tb\x1b[2J\x9b\u202e\u200b\x00\ud800\n")
    console.styled.write("\x1b[32mgreen\x1b[0m\n")
    assert raw.got == b"a\tb\\x1b[2J\\x9b\\u202e\\u200b\\x00\\ud800\n\x1b[32mgreen\x1b[0m\n"


def test_a_closed_console_takes_everything(monkeypatch):
    """Where Python has no streams, as after `>&-`, lines are written to nowhere, and there are none afterwards."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with visible_consoles():
        say("a line")
        complain("another")
        assert not sys.stdout.isatty()
        with pytest.raises(io.UnsupportedOperation):
            sys.stdout.fileno()
    assert (sys.stdout, sys.stderr) == (None, None)


def test_a_stream_of_a_caller_stays(monkeypatch):
    """A caller that collects what is written in a stream of its own gets it there."""
    collected = io.StringIO()
    monkeypatch.setattr(sys, "stdout", collected)
    with visible_consoles():
        say("a line")
    assert collected.getvalue() == "a line\n"


@pytest.mark.skipif(os.name != "posix", reason="a pipe cannot be asked there whether it takes anything")
def test_a_console_that_has_stopped_is_given_up_at_the_end():
    """Once a process is about to end, a console that takes nothing keeps it no longer; the rest is dropped."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"), os.fdopen(writing, "wb", buffering=0) as raw:
        os.set_blocking(writing, False)
        while raw.write(b"x" * 65536):
            pass
        file = ConsoleFile(raw)
        file.wait_at_most(0)
        assert file.write(b"never read") == 10
        assert file.write(b"nor this") == 8
