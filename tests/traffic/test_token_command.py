"""A command that prints a token is run without a shell, within a time limit, and nothing that it prints is shown."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from appointment_conformance.errors import NotTestable
from appointment_conformance.targets.token_source import TokenCommand
from appointment_conformance.traffic.token_command import run_token_command

TOKEN = "Kq7vXw2ZtR9bLmYc4"


def command(code, *arguments, folder=Path()):
    """Return the source that runs Python with `code`."""
    return TokenCommand("token_command", (sys.executable, "-c", code, *arguments), folder)


def refusal(source, **limits):
    """Return the sentence about a command that gives no token; it shows none of its output."""
    with pytest.raises(NotTestable) as caught:
        run_token_command(source, **limits).checked(source.key)
    assert TOKEN not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "token_command: " in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("end", ["", "\\n", "\\r\\n", "\\nmore\\n", "\\n" + "x" * 90_000])
def test_the_first_line_of_the_output_is_the_token(end):
    """Its line end and every later line are left out."""
    assert run_token_command(command(f"print({TOKEN!r} + '{end}', end='')")).value == TOKEN


def test_arguments_are_not_read_by_a_shell():
    """An argument arrives as it is written."""
    assert run_token_command(command("import sys; print(sys.argv[1])", "$HOME;`id`|x")).value == "$HOME;`id`|x"


def test_it_runs_in_the_folder_of_the_targets_file(tmp_path):
    """A relative path in the command starts there."""
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    source = command("print(open('token').read())", folder=tmp_path)
    assert run_token_command(source).value == TOKEN


def test_it_has_no_input():
    """A command that asks for something gets the end of its input at once."""
    assert run_token_command(command(f"import sys; print({TOKEN!r} + sys.stdin.read())")).value == TOKEN


def test_what_it_writes_about_an_error_is_not_shown(capfd):
    """The standard error of the command goes nowhere."""
    run_token_command(command(f"import sys; sys.stderr.write({TOKEN!r}); print('abcdefgh')"))
    assert capfd.readouterr() == ("", "")


def test_an_exit_code_is_told():
    """A command that fails gives no token, even if it has printed one."""
    assert "ended with code 3" in refusal(command(f"print({TOKEN!r}); raise SystemExit(3)"))


def test_a_command_that_is_not_there_is_told():
    """The reason is that of the system."""
    told = refusal(TokenCommand("token_command", ("no-such-program",)))
    assert "no-such-program cannot be started: No such file or directory" in told


def test_no_output_is_told():
    """A command that prints nothing gives no token."""
    assert "printed nothing" in refusal(command("pass"))


@pytest.mark.parametrize(
    ("line", "flaw"),
    [("Bearer " + TOKEN, "begins with `Bearer`"), (f'"{TOKEN}"', "in quotes"), (f"{TOKEN} x", "white space")],
)
def test_a_line_that_is_no_token_is_told_without_being_shown(line, flaw):
    """The line is checked as a token of the targets file is."""
    assert flaw in refusal(command(f"print({line!r})"))


def test_a_command_that_does_not_end_is_killed_with_what_it_has_started(tmp_path):
    """After the time limit no process of it is left."""
    started = (
        "import subprocess, sys, time, pathlib;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    assert "did not end within 1 seconds" in refusal(command(started), seconds=1)
    deadline = time.monotonic() + 10
    while _is_alive(int((tmp_path / "pid").read_text())) and time.monotonic() < deadline:
        os.sched_yield()
    assert not _is_alive(int((tmp_path / "pid").read_text()))


def test_output_without_end_is_not_kept():
    """A command that prints for ever ends at the time limit."""
    assert "did not end" in refusal(command(f"print({TOKEN!r})\nwhile True: print('x' * 9999)"), seconds=1)


def test_a_process_that_is_left_behind_does_not_hold_the_run():
    """A token is there when the command has ended, even if a process of it keeps the output open."""
    left = f"import os, time; print({TOKEN!r}, flush=True)\nif os.fork() == 0: time.sleep(3)"
    began = time.monotonic()
    assert run_token_command(command(left), seconds=30).value == TOKEN
    assert time.monotonic() - began < 30


def _is_alive(pid):
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not hasattr(os, "setsid"), reason="needs sessions of POSIX")
def test_a_process_that_has_left_the_session_does_not_hold_up_the_run():
    """The time limit holds although a process that is not killed keeps the output open."""
    code = "import os, sys, time; os.fork() or (os.setsid(), time.sleep(20)); sys.exit()"
    began = time.monotonic()
    assert "did not end within 0.3 seconds" in refusal(command(code), seconds=0.3)
    assert time.monotonic() - began < 15


def test_arguments_in_one_text_are_not_shown():
    """A command that was written as one text may hold a secret: its first word is told, and how to write it."""
    said = refusal(TokenCommand("token_command", (f"no-such-program read {TOKEN}",)))
    assert said.startswith("token_command: no-such-program cannot be started: ")
    assert said.endswith("; write each argument as an entry of its own.")
    assert TOKEN not in str(TokenCommand("token_command", (f"no-such-program read {TOKEN}",)))


@pytest.mark.parametrize(
    ("code", "told"),
    [("print()", "has an empty first line"), ("print('{\\n}')", "prints JSON"), ("print('[1]')", "prints JSON")],
)
def test_output_that_does_not_begin_with_a_token(code, told):
    """The sentence says what the first line is, and blames no variable."""
    assert told in refusal(command(code))
