"""`${file:PATH}` is replaced by the text of a file, which is data as the value of a variable is."""

from __future__ import annotations

import errno
import os
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_targets import SMALL_FILE

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import source
from appointment_conformance.targets.variables import Values, resolve
from appointment_conformance.targets_file import read_targets

SECRET = "Kq7vXw2ZtR9bLmYc4"


@pytest.fixture
def content(tmp_path):
    """Write a file with these bytes, and return the value of an expression that names it."""

    def value_of(data, text="${file:secret}"):
        (tmp_path / "secret").write_bytes(data)
        return resolve(text, Values({}, tmp_path))

    return value_of


@pytest.fixture
def described(tmp_path):
    """Read a target whose `description` is a text; return the description."""

    def reading(text, environ=None):
        path = tmp_path / "targets.yaml"
        path.write_text(f"{SMALL_FILE}    description: {text}\n", encoding="utf-8")
        (target,) = read_targets(path, (), environ or {})
        return target.description

    return reading


def refusal(described, text):
    """Return the sentence with which a description is refused; it shows no secret."""
    with pytest.raises(ConfigurationError) as caught:
        described(text)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"abc", "abc"),
        (b"abc\n", "abc"),
        (b"abc\r\n", "abc"),
        (b"abc\n\n", "abc\n"),
        (b"abc\n\r\n", "abc\n"),
        (b"abc\r", "abc\r"),
        (b"a\nb\n", "a\nb"),
        (b" abc ", " abc "),
        ("\u00e9\u2192\n".encode(), "\u00e9\u2192"),
    ],
)
def test_one_line_end_is_removed(content, data, value):
    """Of the line ends at the end the last is removed, LF or CRLF, and nothing else."""
    assert content(data) == value


def test_it_may_be_a_part_of_a_text(content):
    """A text may have several, beside variables."""
    assert content(b"abc\n", "<${file:secret}|${V:-x}|${file:./secret}>") == "<abc|x|abc>"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text[-1] != "\r"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_content_is_never_resolved_again(content, text):
    """The content is text, whatever it looks like."""
    assert content(f"{text}\n".encode(), "<${file:secret}>") == f"<{text}>"


@pytest.mark.parametrize("text", ["key: [1, 2]", "${V}", "${file:secret}", "$${", "true", "# x", "*a"])
def test_the_content_is_never_read_as_yaml(described, tmp_path, text):
    """What YAML or a variable would mean something by is text in a file."""
    (tmp_path / "secret").write_text(text)
    assert described("${file:secret}", {"V": "value"}) == text


def test_paths_start_beside_the_targets_file(described, tmp_path, monkeypatch):
    """A relative path starts from the directory of the targets file, may go up, and an absolute one is allowed."""
    monkeypatch.chdir("/")
    (tmp_path / "secret").write_text("abc\n")
    (tmp_path / "with blank").write_text("def\n")
    (tmp_path / "below").mkdir()
    assert described("${file:secret}") == "abc"
    assert described("${file:below/../secret}") == "abc"
    assert described(f"${{file:{tmp_path}/secret}}") == "abc"
    assert described("${file:with blank}") == "def"


def test_a_token_is_taken_from_a_file(tmp_path):
    """A mounted secret is a token without its line end, and is hidden like any other."""
    (tmp_path / "token").write_text(f"{SECRET}\n")
    path = tmp_path / "targets.yaml"
    path.write_text(SMALL_FILE.replace("token: secret-value", "token: ${file:token}"))
    (target,) = read_targets(path, (), {})
    assert target.secrets()["TOKEN"] == SECRET
    assert SECRET not in repr(target)


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (f"{SECRET}\n\n", "ends with a line end"),
        (f"{SECRET} x", "has white space"),
        (f"\ufeff{SECRET}", "begins with a byte order mark"),
    ],
)
def test_a_file_that_holds_no_token_is_named(tmp_path, data, flaw):
    """The sentence names line, key and file, and says what is wrong without the content."""
    (tmp_path / "token").write_text(data, encoding="utf-8")
    path = tmp_path / "targets.yaml"
    path.write_text(SMALL_FILE.replace("token: secret-value", "token: ${file:token}"))
    with pytest.raises(ConfigurationError) as caught:
        read_targets(path, (), {})
    assert f"line 5: `targets.one.token`: the file token {flaw}" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(described, tmp_path):
    """Missing, a directory, not UTF-8, empty, a pipe: one sentence with the line, the key, the path and the reason."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin").write_bytes(f"{SECRET}\u00e9".encode("latin-1"))
    (tmp_path / "empty").write_text("")
    (tmp_path / "line").write_text("\r\n")
    reasons = {
        "missing": "cannot be read: No such file or directory.",
        "folder": "cannot be read: it is not a regular file.",
        "latin": f"cannot be read: it is not UTF-8 text (byte {len(SECRET)}).",
        "empty": "is empty; write the value to it.",
        "line": "is empty; write the value to it.",
    }
    for name, reason in reasons.items():
        sentence = refusal(described, f"x ${{file:{name}}}")
        assert f"line 8: `targets.one.description`: the file {tmp_path / name} {reason}" in sentence


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are not there on Windows")
def test_a_pipe_is_refused(described, tmp_path):
    """Several processes read the value, and a pipe gives it once."""
    os.mkfifo(tmp_path / "pipe")
    assert "is not a regular file" in refusal(described, "${file:pipe}")


def test_a_large_file_is_refused(described, tmp_path):
    """A file that is larger than the bound is not a secret."""
    (tmp_path / "large").write_text(SECRET * (source.MAX_BYTES // len(SECRET) + 1))
    assert "large cannot be read: it is larger than 1024 KiB." in refusal(described, "${file:large}")


def test_a_file_without_permission_is_refused(described, tmp_path, monkeypatch):
    """The reason is that of the system."""
    read = source._read_regular

    def refuse(path, max_bytes):
        if path.name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(path, max_bytes)

    (tmp_path / "closed").write_text(SECRET)
    monkeypatch.setattr(source, "_read_regular", refuse)
    assert "closed cannot be read: Permission denied." in refusal(described, "${file:closed}")


@pytest.mark.parametrize("path", ["", " secret", "secret ", "a${V}b", "a${file:b}"])
def test_what_is_no_path_is_refused(described, path):
    """Nothing, white space around a path and another expression in it are refused with the line."""
    assert "line 8: `targets.one.description`: a `${file:...}` does not name a file" in refusal(
        described, f"'x${{file:{path}}}'"
    )


@pytest.mark.parametrize("path", ["a\\nb", "a\\0b", "a\\x7f"])
def test_a_path_with_a_control_character_is_refused(described, path):
    """A character that breaks the line of a message, or that the system refuses, gets the same sentence."""
    assert "does not name a file" in refusal(described, f'"${{file:{path}}}"')


def test_a_very_long_path_is_refused(described):
    """The system's own reason is shown."""
    assert "cannot be read: File name too long." in refusal(described, f"${{file:{'x' * 300}}}")


def test_only_the_files_of_the_chosen_target_are_read(tmp_path):
    """A target that is not chosen needs none of its files."""
    path = tmp_path / "targets.yaml"
    second = (
        SMALL_FILE.partition("\n")[2].replace("one:", "two:").replace("token: secret-value", "token: ${file:missing}")
    )
    path.write_text(SMALL_FILE + second)
    assert [target.name for target in read_targets(path, ["one"], {})] == ["one"]
    with pytest.raises(ConfigurationError, match=r"line 11: `targets.two.token`: the file .*missing cannot be read"):
        read_targets(path, ["two"], {})


SHARED = """\
x-token: &token
  token: ${NOT_SET}
x-all: &all
  <<: *token
  api: mijnklantportaal
targets:
  one:
    <<: [{description: x}, *all]
    base_url: https://api.example.com/v1
    fixtures: {appointments: [apt_a1]}
"""


def test_the_line_is_that_of_a_shared_part(tmp_path):
    """Of a value that comes through merge keys, the line is where it is written."""
    path = tmp_path / "targets.yaml"
    path.write_text(dedent(SHARED))
    with pytest.raises(ConfigurationError, match=r"line 2: `targets.one.token`: .* NOT_SET is needed"):
        read_targets(path, (), {})
