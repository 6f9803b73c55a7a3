"""The environment can ask for colours anywhere, but a live display needs a terminal."""

from __future__ import annotations

import os
import re
import struct
import sys

import pytest

import processes

pytestmark = pytest.mark.xdist_group("colours")

RUN = (sys.executable, "-m", "appointment_conformance", "run", "-v", "reference-mijnklantportaal")
SGR = re.compile(r"\x1b\[[0-9;]*m")
needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


def shown(directory, **environ):
    """Return the lines that a run shows, without the line with the duration."""
    done = processes.finished(processes.started(directory, *RUN[2:], environ=environ))
    return [line for line in done.stdout.splitlines() if " fixtures used, " not in line]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return the lines of a log without variables that ask for colours."""
    return shown(tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize(
    "environ",
    [
        {"TTY_COMPATIBLE": "1"},
        {"CLICOLOR_FORCE": "1", "TERM": "no-such-terminal"},
        {"FORCE_COLOR": "1", "TTY_INTERACTIVE": "1", "COLUMNS": "20"},
        {"FORCE_COLOR": "1", "COLUMNS": "0"},
    ],
    ids=lambda environ: "-".join(f"{name}={value}" for name, value in environ.items()),
)
def test_a_log_has_the_same_lines_in_colour(tmp_path, plain, environ):
    """Without a terminal the lines are complete and without a bar, and have colours only if requested."""
    coloured = shown(tmp_path, **environ)
    assert [SGR.sub("", line) for line in coloured] == plain
    assert any("\x1b[32m" in line for line in coloured)
    assert sum(line.startswith("passed ") for line in plain) > 35


@pytest.mark.parametrize(
    "environ",
    [
        {"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"},
        {"PYCHARM_HOSTED": "1"},
        {"TERM": "dumb", "FORCE_COLOR": "1"},
        {"COLUMNS": "\u00b2"},
    ],
    ids="-".join,
)
def test_a_log_may_be_without_any_escape(tmp_path, plain, environ):
    """If colours are refused or not requested, the log has no escape sequence."""
    assert shown(tmp_path, **environ) == plain
    assert not any("\x1b" in line for line in plain)


def on_terminal(directory, *arguments, columns, **environ):
    """Run the command on a terminal of so many columns; return the exit code and all that it was sent."""
    import fcntl
    import pty
    import termios

    unset = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"}
    kept = {key: value for key, value in os.environ.items() if key not in unset}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(directory)
        os.execve(sys.executable, (*RUN[:3], *arguments), {**kept, **environ})  # noqa: S606 - our own interpreter, and no shell
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    got = b""
    try:
        while more := os.read(terminal, 4096):
            got += more
    except OSError:
        pass  # The terminal ends with its process.
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), got.decode()


@needs_terminals
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize(("columns", "term"), [(1, "xterm-256color"), (80, "no-such-terminal")])
def test_a_terminal_has_a_live_display(tmp_path, columns, term):
    """A terminal of any width and any name shows a bar and then the verdict."""
    code, got = on_terminal(tmp_path, *RUN[3:4], *RUN[5:], columns=columns, TERM=term)
    assert code == 0
    assert "\x1b[2K" in got
    assert "conformant" in SGR.sub("", got)
    assert "passed    " not in got


@needs_terminals
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"TERM": "xterm", "TTY_COMPATIBLE": "0"}])
def test_a_terminal_that_can_show_nothing_anew_has_lines(tmp_path, environ):
    """A terminal that cannot move its cursor gets the lines of a log."""
    code, got = on_terminal(tmp_path, *RUN[3:], columns=80, **environ)
    assert (code, "\x1b" in got) == (0, False)
    assert got.count("passed    ") > 35
