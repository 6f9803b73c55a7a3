"""The folder of a target's reports holds nothing of an earlier run, and one run at a time writes to it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from appointment_conformance import file_lock
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.pytest_plugin.report_folder import (
    ARTEFACTS,
    claimed,
    clear_earlier,
    clear_for_words,
    clear_vanished,
    origin,
    read_and_clear,
)
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets.source import TargetsText

KEPT = {"journal-0a1b.jsonl", "notes.txt", "junit.xml.bak"}
needs_locks = pytest.mark.skipif(file_lock.fcntl is None, reason="the system has no such file locks")


@pytest.fixture
def reported(tmp_path):
    """Write the reports of an earlier run of a target, with a journal and a file of somebody else."""

    def writing(name, *, file=None, output="out"):
        folder = tmp_path / output / name
        folder.mkdir(parents=True)
        for artefact in ARTEFACTS:
            (folder / artefact).write_text("of an earlier run")
        result = {"verdict": "conformant", "targets_file": origin(file, tmp_path / output)}
        (folder / "result.json").write_text(json.dumps(result))
        for kept in KEPT:
            (folder / kept).touch()
        (folder / ".report.html.draft").touch()
        return folder

    return writing


@pytest.fixture
def file(tmp_path):
    """Write a targets file with targets of these names; their secrets are not set."""

    def writing(*names, name="targets.yaml"):
        path = tmp_path / name
        path.write_text(json.dumps({"targets": {one: {"token": "${NOT_SET}"} for one in names}}))
        return path

    return writing


def left(folder):
    """Return what is left in a folder."""
    return {path.name for path in folder.iterdir()}


def test_what_a_file_names_is_cleared_before_it_is_read(tmp_path, reported, file):
    """Without names every target of the file loses its reports, and nothing else; a draft is a report, too."""
    path = file("one", "two")
    folders = [reported("one", file=path), reported("two")]
    others = [reported("three"), reported("four", file=file("four", name="other.yaml"))]
    clear_earlier((), files=[path], output=tmp_path / "out")
    assert [left(folder) for folder in folders] == [KEPT, KEPT]
    assert all(set(ARTEFACTS) < left(folder) for folder in others)


@pytest.mark.parametrize("text", [None, "", "targets: [", "targets: {}", "nothing: here"])
def test_a_file_that_cannot_be_used_clears_what_came_from_it(tmp_path, reported, file, text):
    """Where the file is gone or broken, what its reports say of themselves tells which are its own."""
    path, other = file("one"), file("two", name="other.yaml")
    own, foreign = reported("one", file=path), reported("two", file=other)
    path.unlink() if text is None else path.write_text(text)
    clear_earlier((), files=[path], output=tmp_path / "out")
    assert left(own) == KEPT
    assert set(ARTEFACTS) < left(foreign)


def test_the_way_to_the_file_does_not_matter(tmp_path, reported, file, monkeypatch):
    """A relative path, one with dots and a link name the same file, from whatever directory."""
    path = file("one")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "link.yaml").symlink_to(path)
    own = reported("one", file=path)
    path.write_text("")
    monkeypatch.chdir(tmp_path / "below")
    link = Path("../below/link.yaml")
    clear_earlier((), files=[link], output=Path("..") / "out")
    assert left(own) == KEPT


def test_named_targets_alone_are_cleared(tmp_path, reported, file):
    """With names the other targets of the file keep their reports: this run is not about them."""
    path = file("one", "two")
    one, two = reported("one", file=path), reported("two", file=path)
    clear_earlier(["one"], files=[path], output=tmp_path / "out")
    assert (left(one), set(ARTEFACTS) < left(two)) == (KEPT, True)


@pytest.mark.parametrize("name", ["..", "../own", ".", "/own", ""])
def test_nothing_outside_the_output_is_touched(tmp_path, reported, file, name):
    """A name that is no name of a folder clears nothing."""
    own = reported("own", output=".")
    clear_earlier([name], files=[file("one")], output=tmp_path / "own")
    assert set(ARTEFACTS) < left(own)


def test_a_folder_of_somebody_else_is_left(tmp_path, file):
    """What is no target of the file, and holds no result of a run, is not ours, whatever its files are called."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "report.html").touch()
    clear_earlier(["docs"], files=[file("one")], output=tmp_path)
    assert left(folder) == {"report.html"}


def test_without_a_file_the_built_in_targets_are_meant(tmp_path, reported):
    """Where nothing is named the reports of both built-in targets go."""
    folders = [reported("reference-omneo"), reported("reference-mijnklantportaal")]
    other = reported("own")
    clear_earlier((), files=[], output=tmp_path / "out")
    assert [left(folder) for folder in folders] == [KEPT, KEPT]
    assert set(ARTEFACTS) < left(other)


def test_targets_that_are_gone_lose_their_reports(tmp_path, reported, file):
    """A run of a file clears what came from it and does not stand in it any more, and only that."""
    path, other = file("one", "old"), file("two", name="other.yaml")
    one, old, two = reported("one", file=path), reported("old", file=path), reported("two", file=other)
    clear_vanished(TargetsText.read(file("one")), output=tmp_path / "out")
    assert left(old) == KEPT
    assert all(set(ARTEFACTS) < left(folder) for folder in (one, two))


@pytest.mark.parametrize(
    ("words", "target", "cleared"),
    [
        (["one", "--profile", "fast"], "", {"one"}),
        (["--profile", "fast"], "", {"one", "two"}),
        (["--nonsense", "--seed", "x", "two"], "", {"two"}),
        (["--target=two", "-q", "--nonsense", "one"], "--target", {"two"}),
        (["--target"], "--target", {"one", "two"}),
    ],
)
def test_a_command_line_with_a_mistake_clears_what_it_asks_for(tmp_path, reported, file, words, target, cleared):
    """As far as words tell: the targets that they name, or else all of the file."""
    path = file("one", "two")
    folders = {name: reported(name, file=path) for name in ("one", "two")}
    given = [f"--targets={path}", "--output", str(tmp_path / "out"), *words]
    clear_for_words(given, target=target, output="--output")
    assert {name for name, folder in folders.items() if left(folder) == KEPT} == cleared


@needs_locks
def test_a_folder_in_use_is_refused_and_left_as_it_is(tmp_path, reported, file):
    """A second run of the same folder is refused in one sentence and touches nothing; afterwards it may."""
    folder = reported("one")
    with claimed([folder]):
        (folder / "junit.xml").write_text("of the first run")
        with (
            pytest.raises(ConfigurationError, match=f"another run writes its reports to {folder}; wait"),
            claimed([folder]),
        ):
            pass
        clear_earlier(["one"], files=[file("one")], output=tmp_path / "out")
        assert (folder / "junit.xml").read_text() == "of the first run"
    with claimed([folder]):
        assert left(folder) == KEPT


@needs_locks
def test_a_folder_is_held_as_long_as_somebody_lives(tmp_path):
    """A process that has inherited the lock holds the folder when the first one is gone, until it ends itself."""
    with claimed([tmp_path]) as (hold,):
        waiting = [sys.executable, "-c", "input()"]
        heir = subprocess.Popen(waiting, stdin=subprocess.PIPE, pass_fds=[hold])  # noqa: S603 - our own interpreter
    with pytest.raises(ConfigurationError, match="another run"), claimed([tmp_path]):
        pass
    heir.communicate(b"\n", timeout=60)
    with claimed([tmp_path]):
        pass


def test_without_locks_a_run_goes_on(tmp_path, monkeypatch):
    """A system or a file system that knows no such locks stops nobody."""
    monkeypatch.setattr(file_lock, "fcntl", None)
    with claimed([tmp_path]) as first, claimed([tmp_path]) as second:
        assert (first, second) == ([None], [None])


@needs_locks
def test_a_file_system_without_locks_stops_nobody(tmp_path, monkeypatch):
    """Where the lock itself is not supported the run goes on without one."""

    def unsupported(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock.fcntl, "flock", unsupported)
    with claimed([tmp_path]) as holds:
        assert holds == [None]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    """A file in the way, a report that is a directory, and a full disk are told in one sentence each."""
    (tmp_path / "taken").touch()
    (tmp_path / "odd" / "report.html").mkdir(parents=True)
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below", tmp_path / "odd"):
        told = r"^cannot write .*; check permissions and free space\.$"
        with pytest.raises(ConfigurationError, match=told), claimed([folder]):
            pass

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match=r"No space left on device"), claimed([tmp_path / "new"]):
        pass


def test_the_room_that_was_tried_is_given_back(tmp_path):
    """Looking whether a report fits leaves nothing behind."""
    with claimed([tmp_path / "new"]):
        assert left(tmp_path / "new") == set()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_origin(tmp_path):
    """What came from a pipe, or from no file, is not said to come from a file that another run may have."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert (origin(pipe, tmp_path), origin(None, tmp_path)) == ("", "")


needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are not there on Windows")


@pytest.fixture
def pipe(tmp_path):
    """Write a text into a named pipe once somebody reads it."""

    def writing(text):
        path = tmp_path / "pipe"
        os.mkfifo(path)
        threading.Thread(target=path.write_text, args=(text,), daemon=True).start()
        return path

    return writing


@needs_pipes
def test_a_pipe_clears_what_it_names_once_it_is_read(tmp_path, reported, file, pipe):
    """Only then the names are known: their reports go, those of other files stay, and the text is kept."""
    own, other = reported("one"), reported("two", file=file("two"))
    text = file("one", name="piped.yaml").read_text()
    read = read_and_clear(TargetsFile(pipe(text)), output=tmp_path / "out")
    assert (read.read().text, left(own), set(ARTEFACTS) < left(other)) == (text, KEPT, True)


@needs_pipes
@pytest.mark.parametrize("text", ["targets: [", "targets: {}", ""])
def test_a_pipe_that_names_nothing_clears_what_came_through_pipes(tmp_path, reported, file, pipe, text):
    """What may be its own is not left: all reports that came from no file, save those of built-in targets."""
    own = reported("one")
    others = [reported("two", file=file("two")), reported("reference-omneo")]
    with suppress(ConfigurationError):
        read_and_clear(TargetsFile(pipe(text)), output=tmp_path / "out")
    assert left(own) == KEPT
    assert all(set(ARTEFACTS) < left(folder) for folder in others)


@needs_pipes
def test_a_mistake_beside_a_pipe_clears_what_came_through_pipes(tmp_path, reported, file):
    """A mistyped option is told at once, without reading the pipe: what may be its own is not left."""
    own, other = reported("one"), reported("two", file=file("two"))
    os.mkfifo(tmp_path / "pipe")
    words = ["--targets", str(tmp_path / "pipe"), "--output", str(tmp_path / "out"), "--nonsense"]
    clear_for_words(words, target="", output="--output")
    assert (left(own), set(ARTEFACTS) < left(other)) == (KEPT, True)


@pytest.mark.parametrize(("text", "cleared"), [("targets: [", True), ('targets: {"new": {}}', False)])
def test_a_result_of_an_earlier_version_does_not_outlive_a_broken_file(tmp_path, reported, file, text, cleared):
    """A result that does not say which file it came from may be of this one, where this one cannot be read."""
    old, path = reported("old"), file("new")
    (old / "result.json").write_text(json.dumps({"verdict": "conformant"}))
    path.write_text(text)
    clear_earlier((), files=[path], output=tmp_path / "out")
    assert (left(old) == KEPT) is cleared
