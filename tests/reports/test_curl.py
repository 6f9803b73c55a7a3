"""The replay line sends what was sent, from any POSIX shell."""

from __future__ import annotations

import subprocess

import pytest

from appointment_reports import Request, curl

#: A stand-in for curl: it writes its arguments, each ended by NUL, to one file and its input to another.
STAND_IN = """#!/bin/sh
for argument in "$@"; do printf '%s\\0' "$argument"; done > arguments
case "$*" in *'--data-binary @-'*) cat > input ;; esac
"""
URL = "https://api.example.com/v1/appointments/apt_1"


@pytest.fixture
def replay(tmp_path):
    """Return a function that runs a replay line in sh, curl being replaced, and returns its arguments and input."""
    program = tmp_path / "curl"
    program.write_text(STAND_IN)
    program.chmod(0o755)

    def run(line):
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TOKEN": "se cret", "LC_ALL": "C.UTF-8"}
        script = tmp_path / "replay.sh"
        script.write_text(line)
        subprocess.run(["/bin/sh", script], env=environment, cwd=tmp_path, check=True)  # noqa: S603
        piped = tmp_path / "input"
        arguments = (tmp_path / "arguments").read_bytes().split(b"\0")[:-1]
        return arguments, piped.read_bytes() if piped.exists() else None

    return run


def test_the_line_repeats_the_request_and_follows_no_redirect(replay):
    """Method, headers, body and address arrive as recorded; the token is the shell's."""
    headers = (("Authorization", "Bearer ${TOKEN}"), ("Content-Type", "application/json"))
    arguments, _ = replay(curl(Request("POST", URL, headers, b'{"id": "it\'s"}')))
    wanted = ["--globoff", "--path-as-is", "--max-time", "30", "-i", "-X", "POST"]
    wanted += ["-H", "Authorization: Bearer se cret", "-H", "Content-Type: application/json"]
    assert arguments == [word.encode() for word in [*wanted, "--data-binary", '{"id": "it\'s"}', URL]]


@pytest.mark.parametrize(
    "body", [b"\x00\xff\n", b"@/etc/passwd", b"-n", b"100% \\n 'x'", b"a\nb", "\u202e".encode(), b"x" * 300_000]
)
def test_a_body_arrives_byte_for_byte(replay, body):
    """A body of any bytes and any length arrives unchanged and is never taken for a file name."""
    arguments, piped = replay(curl(Request("POST", URL, (), body)))
    given = arguments[arguments.index(b"--data-binary") + 1]
    assert (piped if given == b"@-" else given) == body


@pytest.mark.parametrize(
    "value", ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "'; touch pwned; '", "!!", "a\nb", "\\"]
)
@pytest.mark.parametrize("prefix", ["", "${TOKEN} "])
def test_a_header_value_runs_nothing(replay, tmp_path, value, prefix):
    """A value that looks like shell text is passed on as text, beside a placeholder as well."""
    arguments, _ = replay(curl(Request("GET", URL, (("X-Probe", prefix + value),))))
    assert value.encode() in arguments[arguments.index(b"-H") + 1]
    assert not (tmp_path / "pwned").exists()


def test_an_address_runs_nothing_and_keeps_its_path(replay, tmp_path):
    """Dots, globs and shell text in a path stay as they are."""
    url = "https://api.example.com/v1/appointments/../$(touch pwned)[1-3]{a,b}'"
    arguments, _ = replay(curl(Request("DELETE", url)))
    assert arguments[-1] == url.encode()
    assert not (tmp_path / "pwned").exists()


def test_curl_adds_no_content_type_of_its_own(replay):
    """A body that was sent without a media type is sent without one again."""
    arguments, _ = replay(curl(Request("POST", URL, (), b"")))
    assert arguments[arguments.index(b"-H") + 1] == b"Content-Type:"


def test_the_line_prints_on_one_line():
    """The line has no character with an effect on a terminal, for any request."""
    request = Request("POST", URL + "\x1b[2J", (("X", "\u202e\n"),), b"\x1b[2J\n")
    assert curl(request).isprintable()


def test_a_head_request_does_not_wait_for_content():
    """HEAD is asked for in curl's own way."""
    assert "--head" in curl(Request("HEAD", URL))


def test_a_placeholder_in_the_url_is_left_to_the_shell():
    """If the address contains a token, the line works after the variable is set."""
    line = curl(Request("GET", "http://example.com/${TOKEN}/v1/$1"))
    assert line.endswith(' "http://example.com/${TOKEN}/v1/\\$1"')


def test_further_options_are_words_of_their_own(replay):
    """A path with spaces stays one word, and the shell replaces the placeholder of a secret."""
    options = ("--cert", "my client.pem", "--proxy-user", "it's:${TOKEN}")
    arguments, _ = replay(curl(Request("GET", URL), options))
    place = arguments.index(b"--cert")
    assert arguments[place : place + 4] == [b"--cert", b"my client.pem", b"--proxy-user", b"it's:se cret"]
