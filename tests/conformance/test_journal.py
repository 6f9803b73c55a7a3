"""The journal knows after a kill what may still stand, and nothing that was written before is lost."""

from __future__ import annotations

import json

import pytest
from own_targets import MKP

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.journal import Journal, reminders


@pytest.fixture
def journal(tmp_path):
    """Begin a journal of run `r1`."""
    return Journal.start(tmp_path / "out" / "mkp", MKP, run_id="r1")


def standing(journal):
    """Return (mark, state, path) of what stands, as read back from the file."""
    return [(one.mark, one.state, one.path) for one in Journal.read(journal.path).standing]


def test_an_intent_stands_before_the_record_does(journal):
    """What was about to be made counts as standing until an answer says otherwise."""
    entry = journal.intend("appointment", "a@example.com")
    assert standing(journal) == [("a@example.com", "intended", "")]
    journal.note_refused(entry)
    assert standing(journal) == []


def test_the_youngest_comes_first_and_the_removed_go(journal):
    """What was made is listed in reverse order, without what was removed."""
    made = [journal.note_made(journal.intend("appointment", name), f"/appointments/{name}") for name in "abc"]
    journal.note_removed(made[1])
    assert standing(journal) == [("c", "made", "/appointments/c"), ("a", "made", "/appointments/a")]


def test_nothing_is_rewritten(journal):
    """Every note is a further line; earlier lines stay as they are."""
    entry = journal.intend("appointment", "a")
    before = journal.path.read_bytes()
    journal.note_made(entry, "/appointments/a")
    after = journal.path.read_bytes()
    assert after.startswith(before)
    assert json.loads(after.splitlines()[0])["run_id"] == "r1"


def test_a_line_cut_short_counts_as_not_written(journal):
    """A kill in the middle of a line loses that line alone, now and after further notes."""
    journal.intend("appointment", "a")
    with journal.path.open("ab") as file:
        file.write(b'{"number": 2, "kind": "app')
    again = Journal.read(journal.path)
    assert standing(again) == [("a", "intended", "")]
    again.note_removed(again.standing[0])
    assert standing(again) == []


def test_a_journal_is_found_by_its_run(journal, tmp_path):
    """The journal of a run is found among the reports; of another run there is none, whatever its name."""
    journal.intend("appointment", "a")
    assert Journal.find(tmp_path / "out", "r1").about == journal.about
    for name in ("r2", "*", "../r1"):
        with pytest.raises(ConfigurationError, match="no journal"):
            Journal.find(tmp_path / "out", name)


@pytest.mark.parametrize("text", ["", "[]\n", "not JSON\n", '{"run_id": "r"}\n{"number": "x"}\n'])
def test_another_file_is_no_journal(tmp_path, text):
    """A file that cannot be read as a journal is refused with its path."""
    path = tmp_path / "journal-r.jsonl"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"journal-r\.jsonl"):
        Journal.read(path)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path):
    """Without a journal nothing is made."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        Journal.start(tmp_path / "file" / "mkp", MKP, run_id="r1")


def test_what_stands_is_reminded_of(journal):
    """A directory is told about by the runs that left something in it, and by no other."""
    assert reminders(journal.path.parent) == ()
    journal.intend("appointment", "a")
    (sentence,) = reminders(journal.path.parent)
    assert "cleanup r1" in sentence
