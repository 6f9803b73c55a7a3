"""A file of variables is read in the form that people know from `.env` files, and its values are data."""

from __future__ import annotations

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.default_file import targets_file
from appointment_conformance.targets.env_file import read_env_file
from appointment_conformance.targets_file import read_targets

SECRET = "Kq7vXw2ZtR9bLmYc4"


@pytest.fixture
def read(tmp_path):
    """Read a file of variables with this text or these bytes."""

    def reading(text):
        path = tmp_path / "staging.env"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_env_file(path)

    return reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=x", "x"),
        ("A=x\n", "x"),
        ("A=x\r\n", "x"),
        ("\ufeffA=x\n", "x"),
        ("# comment\n\nexport A=x\n", "x"),
        ("A=x y # comment\n", "x y"),
        ("A=x#y\n", "x#y"),
        ("A='x # y'\n", "x # y"),
        ('A="x # y" # comment\n', "x # y"),
        ('A="x\\ny"\n', "x\ny"),
        ("A='x\\ny'\n", "x\\ny"),
        ("A='x\ny'\n", "x\ny"),
        ("A=\n", ""),
        ("A = x\n", "x"),
        ("A=x==\n", "x=="),
        ("A=x\nA=y\n", "y"),
        ("A=\u00e9\n", "\u00e9"),
    ],
)
def test_a_line_is_read_as_elsewhere(read, text, value):
    """Comments, quotes, `export` and several lines in quotes mean what they mean to docker compose."""
    assert read(text) == {"A": value}


@pytest.mark.parametrize("value", ["${HOME}", "$HOME", "${A:-x}", "pa$$word", "$(id)", "{{ x }}"])
def test_a_value_is_data(read, value):
    """Nothing in a value is replaced, neither by the environment nor by another line."""
    assert read(f"HOME=y\nB={value}\n")["B"] == value


@pytest.mark.parametrize(
    "line",
    [SECRET, f"export {SECRET}", f"TOKEN: {SECRET}", f'A="{SECRET}', f"A='{SECRET}", f"={SECRET}", f'A="x" {SECRET}'],
)
def test_a_wrong_line_is_named_and_not_quoted(read, line):
    """The sentence has the line number; what is in the line may be a secret."""
    with pytest.raises(ConfigurationError) as caught:
        read(f"# comment\n\nTOKEN=x\n{line}\nB=2\n")
    sentence = str(caught.value)
    assert "staging.env, line 4: this is not `NAME=value`; " in sentence
    assert (SECRET in sentence, "\n" in sentence) == (False, False)


def test_a_file_that_cannot_be_read_is_named(read, tmp_path):
    """Missing, a directory, not UTF-8: one sentence with the path and the reason."""
    for path, reason in ((tmp_path / "missing", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(ConfigurationError) as caught:
            read_env_file(path)
        assert str(caught.value) == f"{path}: the file of variables cannot be read: {reason}."
    with pytest.raises(ConfigurationError, match=r"staging\.env: .* not UTF-8 text \(byte 2\)"):
        read(b"A=\xff")


TARGETS = """\
targets:
  one:
    api: mijnklantportaal
    base_url: https://api.example.com/v1
    token: ${TOKEN}
    description: ${ABOUT:-none}
    fixtures: {appointments: [apt_a1]}
"""


def test_the_environment_comes_before_the_file(tmp_path):
    """A variable of the environment is used also if it is empty; the file gives those that are not set."""
    (tmp_path / "targets.yaml").write_text(TARGETS)
    (tmp_path / "own.env").write_text(f"TOKEN={SECRET}\nABOUT=file\n")
    file = targets_file(tmp_path / "targets.yaml", env_file=tmp_path / "own.env").read()
    assert SECRET not in repr(file)

    def read(environ):
        (target,) = read_targets(file, (), environ)
        return target.token, target.description

    assert read({}) == (SECRET, "file")
    assert read({"TOKEN": "other-token", "ABOUT": ""}) == ("other-token", "none")
