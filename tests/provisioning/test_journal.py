"""After a kill the journal lists every record that may remain, and no written line is lost."""

from __future__ import annotations

import errno
import json

import pytest
from own_targets import MKP

from appointment_conformance import file_lock
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.provisioning import journal as journals
from appointment_conformance.provisioning.journal import Journal, reminders

needs_locks = pytest.mark.skipif(file_lock.fcntl is None, reason="this system has no locks that end with a process")


@pytest.fixture
def journal(tmp_path):
    """Begin a journal of run `r1`."""
    begun = Journal.start(tmp_path / "out" / "mkp", MKP, run_id="r1")
    yield begun
    begun.close()


@pytest.fixture
def ended(journal):
    """A journal of run `r1`, which has ended and may have left an appointment."""
    journal.record_intent("appointment", "a")
    journal.close()
    return journal


def unsupported(*_):
    """Answer like a file system without locks."""
    raise OSError(errno.ENOLCK, "No locks available")


def standing(journal):
    """Return (mark, state, path) of the remaining records, as read back from the file."""
    return [(one.mark, one.state, one.path) for one in Journal.read(journal.path).remaining]


def test_an_intent_stands_before_the_record_does(journal):
    """A record that was about to be made counts as remaining until an answer says otherwise."""
    entry = journal.record_intent("appointment", "a@example.com")
    assert standing(journal) == [("a@example.com", "intended", "")]
    journal.record_refused(entry)
    assert standing(journal) == []


def test_the_youngest_comes_first_and_the_removed_go(journal):
    """Made records are listed in reverse order, without the removed ones."""
    made = [journal.record_made(journal.record_intent("appointment", name), f"/appointments/{name}") for name in "abc"]
    journal.record_removed(made[1])
    assert standing(journal) == [("c", "made", "/appointments/c"), ("a", "made", "/appointments/a")]


def test_nothing_is_rewritten(journal):
    """Every state is a further line; earlier lines do not change."""
    entry = journal.record_intent("appointment", "a")
    before = journal.path.read_bytes()
    journal.record_made(entry, "/appointments/a")
    after = journal.path.read_bytes()
    assert after.startswith(before)
    assert json.loads(after.splitlines()[0])["run_id"] == "r1"


def test_a_line_cut_short_counts_as_not_written(journal):
    """A kill in the middle of a line loses only that line, also after further lines."""
    journal.record_intent("appointment", "a")
    with journal.path.open("ab") as file:
        file.write(b'{"number": 2, "kind": "app')
    again = Journal.read(journal.path)
    assert standing(again) == [("a", "intended", "")]
    again.record_removed(again.remaining[0])
    assert standing(again) == []


def test_a_journal_is_found_by_its_run(ended, tmp_path):
    """The journal of a run is found among the reports; a journal of another run is not, whatever its name."""
    found = Journal.find(tmp_path / "out", "r1")
    found.close()
    assert (found.about, found.remaining) == (ended.about, ended.remaining)
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
    """If the journal cannot be written, no record is made."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        Journal.start(tmp_path / "file" / "mkp", MKP, run_id="r1")


@needs_locks
def test_a_run_that_is_alive_is_left_alone(journal, tmp_path):
    """While a run locks its journal, no other process can lock it, and there is no reminder about its records."""
    journal.record_intent("appointment", "a")
    with pytest.raises(ConfigurationError, match="run r1 is still going on"):
        Journal.find(tmp_path / "out", "r1")
    assert reminders(journal.path.parent) == ()


@needs_locks
def test_two_clean_ups_do_not_meet(ended, tmp_path):
    """A journal that was found is locked until it is closed."""
    found = Journal.find(tmp_path / "out", "r1")
    with pytest.raises(ConfigurationError, match="or being cleaned up"):
        Journal.find(tmp_path / "out", "r1")
    found.close()
    again = Journal.find(tmp_path / "out", "r1")
    again.close()
    assert again.remaining == ended.remaining


@pytest.mark.parametrize("missing", ["fcntl", "flock"])
def test_without_locks_all_else_works(missing, tmp_path, monkeypatch):
    """On a system or a file system without locks, journals can be begun and found, and reminders work."""
    if missing == "fcntl":
        monkeypatch.setattr(file_lock, "fcntl", None)
    elif file_lock.fcntl is not None:
        monkeypatch.setattr(file_lock.fcntl, "flock", unsupported)
    Journal.start(tmp_path / "mkp", MKP, run_id="r1").record_intent("appointment", "a")
    assert Journal.find(tmp_path, "r1").remaining
    assert len(reminders(tmp_path / "mkp")) == 1


def test_what_stands_is_reminded_of(ended):
    """There is a reminder only for runs that left removable records in the directory."""
    (sentence,) = reminders(ended.path.parent)
    assert "cleanup r1" in sentence
    ended.record_removed(ended.remaining[0])
    lasting = ended.record_intent("list definition", "b", lasting=True)
    ended.record_made(lasting, "/v3/lists/definitions/7")
    assert ended.remaining
    assert reminders(ended.path.parent) == ()


def test_reading_writes_nothing(journal):
    """A journal whose last line was cut short can be read, and the next entry begins a new line."""
    journal.record_intent("appointment", "a")
    with journal.path.open("ab") as file:
        file.write(b'{"number": 2, "ki')
    before = journal.path.read_bytes()
    assert standing(journal) == [("a", "intended", "")]
    assert journal.path.read_bytes() == before
    journal.record_intent("appointment", "b")
    assert standing(journal) == [("b", "intended", ""), ("a", "intended", "")]


def test_a_record_is_known_even_where_it_cannot_be_noted(journal, monkeypatch):
    """On a full disk writing fails, and the process still knows the records that it made."""
    entry = journal.record_intent("appointment", "a")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(journals, "_append", full)
    with pytest.raises(OSError, match="No space"):
        journal.record_made(entry, "/appointments/a")
    assert [one.path for one in journal.remaining] == ["/appointments/a"]


@pytest.mark.parametrize(
    "text",
    ["", "null", "[" * 100_000, *(f'{{"run_id": "r0"}}\n{{"number": {value}}}' for value in ("null", "1e999", "{}"))],
)
def test_a_journal_that_cannot_be_read_is_told_and_stops_nothing(ended, text):
    """A damaged journal gets one sentence when it is read, and one among the reminders."""
    damaged = ended.path.with_name("journal-r0.jsonl")
    damaged.write_text(f"{text}\n")
    sentences = reminders(ended.path.parent)
    assert any("Run r1 left 1" in sentence for sentence in sentences)
    assert any("journal-r0.jsonl: this is not a journal" in sentence for sentence in sentences)
    assert all("\n" not in sentence for sentence in sentences)
