"""Hypothesis gets the table of what UTF-8 can encode, so that a fresh machine does not compute it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import configuration
from hypothesis.internal import charmap

from appointment_conformance import utf8_table
from appointment_conformance.utf8_table import ENCODABLE, load_utf8_table

GATE = """\
import json, os
from appointment_conformance.target_run import run
from appointment_conformance.reference_targets import reference_target
with reference_target("reference-omneo") as target:
    result, exchanges = run(target, rounds=0)
from hypothesis.internal.charmap import charmap_file
files = [path.name for path in charmap_file().parent.glob("*")] if charmap_file().parent.exists() else []
print(json.dumps([result.verdict, len(exchanges), sorted(files)]))
"""


def fresh_process(tmp_path, code, **environ):
    """Run code in a new process without any cache of Hypothesis, and return what it prints as JSON."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "XDG_"))}
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**kept, "HOME": str(home), "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path / "storage"), **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def unknown():
    """Make this process forget the table before and after the test."""
    load_utf8_table.cache_clear()
    charmap.intervals_from_codec.cache_clear()
    yield
    load_utf8_table.cache_clear()
    charmap.intervals_from_codec.cache_clear()
    load_utf8_table()


def test_a_gate_run_on_a_fresh_machine_tries_no_characters(tmp_path):
    """Hypothesis stores a table that it computed in a file: after a whole run there is none."""
    verdict, exchanges, files = fresh_process(tmp_path, GATE)
    assert (verdict, exchanges > 0) == ("conformant", True)
    assert [name for name in files if "codec" in name] == []


@pytest.mark.usefixtures("unknown")
def test_hypothesis_itself_finds_the_same(tmp_path, monkeypatch):
    """The table equals the one that Hypothesis computes, so that the drawn values are the same."""
    monkeypatch.setattr(configuration, "__hypothesis_home_directory", tmp_path)
    found = charmap.intervals_from_codec("utf-8")
    charmap.intervals_from_codec.cache_clear()
    load_utf8_table()
    assert charmap.intervals_from_codec("utf-8") == found
    assert tuple(found[0].intervals) == ENCODABLE


@pytest.mark.usefixtures("unknown")
def test_it_is_known_without_a_cache_and_leaves_none(tmp_path, monkeypatch):
    """Nothing is written to Hypothesis' folder, which is restored afterwards."""
    monkeypatch.setattr(configuration, "__hypothesis_home_directory", tmp_path)
    load_utf8_table()
    assert list(tmp_path.iterdir()) == []
    assert charmap.intervals_from_codec.cache_info().currsize == 1
    assert vars(configuration)["__hypothesis_home_directory"] == tmp_path


@pytest.mark.usefixtures("unknown")
@pytest.mark.parametrize("part", ["intervals_from_codec", "set_hypothesis_home_dir"])
def test_a_release_of_hypothesis_that_does_it_otherwise_is_no_error(monkeypatch, part):
    """If a part of Hypothesis has another name, Hypothesis computes the table itself."""
    owner = charmap if part == "intervals_from_codec" else configuration
    with monkeypatch.context() as patched:
        patched.delattr(owner, part)
        load_utf8_table()
    assert charmap.intervals_from_codec.cache_info().currsize == 0


@pytest.mark.usefixtures("unknown")
def test_a_machine_without_a_temporary_directory_is_no_error(monkeypatch):
    """If no temporary directory can be made, Hypothesis computes the table itself."""

    def refuse():
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr(utf8_table.tempfile, "TemporaryDirectory", refuse)
    load_utf8_table()
    assert charmap.intervals_from_codec.cache_info().currsize == 0
