"""With a changed journal, only records are removed that the target itself shows to belong to the run."""

from __future__ import annotations

import json
from functools import partial

import pytest
from provisioned import records
from provisioners import RUN_ID, killed, lines_of, no_reads, rewrite, sent_to, targets_file, unchanged

from appointment_conformance.api import provisioning_of
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.provisioning import digests
from appointment_conformance.provisioning import provisioner as supplies
from appointment_conformance.provisioning.cleanup import cleanup as clean_up_after
from appointment_conformance.provisioning.journal import Journal, reminders
from appointment_conformance.targets_file import installed_forms

cleanup = partial(clean_up_after, provisioning=provisioning_of)

VICTIM = "/appointments/apt_victim1"


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """Repeat reads without waiting."""
    monkeypatch.setattr(supplies, "LAG_WAITS", (0.0,))


def naming_another(lines):
    """Let the last record be an appointment of somebody else."""
    lines[-1]["path"] = VICTIM


def with_its_mark(lines):
    """Let the last record be somebody else's, and have the mark that this one shows."""
    lines[-1] |= {"path": VICTIM, "mark": "john.0@example.com"}


def appended(lines):
    """Add a record of somebody else, with the digest of another line."""
    lines.append({**lines[-1], "number": 99, "path": VICTIM})


def appended_without_digest(lines):
    """Add a record of somebody else, with a digest of no line."""
    lines.append({**lines[-1], "number": 99, "path": VICTIM, "digest": "0" * 64})


def of_another_kind(lines):
    """Change the kind of a record."""
    lines[-1]["kind"] = "profile"


def swapped(lines):
    """Exchange the paths of two records."""
    first, last = [line for line in lines if line.get("number") == 1][-1], lines[-1]
    first["path"], last["path"] = last["path"], first["path"]


def taken_out(lines):
    """Remove a line between others."""
    del lines[2]


def moved(lines):
    """Exchange two lines."""
    lines[1], lines[2] = lines[2], lines[1]


def told_again(lines):
    """Add a copy of an earlier line at the end."""
    lines.append(dict(lines[2]))


EDITS = [
    *(naming_another, with_its_mark, appended, appended_without_digest, of_another_kind, swapped, taken_out, moved),
    told_again,
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_without_reads_a_changed_journal_removes_nothing(edit, tmp_path):
    """If no read can show the owner of a record, one changed line stops all removals, and all records are named."""
    with killed(tmp_path, no_reads) as (reference, target, server, path):
        before, lines = records(reference.state), lines_of(path)
        edit(lines)
        rewrite(path, lines)
        cleared = cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        assert (sent_to(server, "DELETE"), records(reference.state)) == ([], before)
    assert cleared.removed == 0
    assert len(cleared.left) >= 3
    message = ("the journal was changed or written with another token; remove it by hand", "no answer said whether")
    assert all(one.endswith(message[0] + " if it is") or message[1] in one for one in cleared.left)
    assert any(message[0] in one for one in cleared.left)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_with_reads_a_changed_journal_removes_only_what_shows_the_mark(edit, tmp_path):
    """If reads succeed, they show the owner: no record of others is removed, whatever the journal says."""
    with killed(tmp_path) as (reference, target, _, path):
        lines = lines_of(path)
        edit(lines)
        rewrite(path, lines)
        cleared = cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        remaining = {f"/appointments/{name}" for name in records(reference.state)["appointments"]}
        assert reference.state.appointments["apt_victim1"]["status"] == "scheduled"
    named = " ".join(cleared.left)
    assert ("apt_victim1" in named) == any(VICTIM in json.dumps(line) for line in lines)
    known = {line["number"]: line["path"] for line in lines if "number" in line}
    assert remaining.isdisjoint({path for path in known.values() if path != VICTIM})


@pytest.mark.parametrize("reads", [unchanged, no_reads], ids=["reads", "no reads"])
def test_an_untouched_journal_removes_all(reads, tmp_path):
    """The digests of an unchanged journal prove it, so that no read is needed."""
    with killed(tmp_path, reads) as (reference, target, _, path):
        cleared = cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        assert not {name for name in records(reference.state)["appointments"] if name.startswith("apt_v0")}
        journal = Journal.read(path)
    assert (cleared.removed, cleared.left, journal.remaining) == (3, (), ())


def test_a_line_cut_short_by_a_kill_is_no_change(tmp_path):
    """A line that a kill cut short is ignored, and the others count, also after further lines."""
    with killed(tmp_path, no_reads) as (_, target, _, path):
        with path.open("ab") as file:
            file.write(b'{"number": 4, "kind": "appoi')
        cleared = cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        journal = Journal.read(path)
        journal.unlock(target.token)
    assert (cleared.removed, cleared.left, journal.is_unchanged) == (3, (), True)


def test_with_another_token_reads_decide(tmp_path):
    """After a change of the token the digests differ: records with the mark in a read are removed, others are not."""
    for name, reads, number in (("reads", unchanged, 3), ("none", no_reads, 0)):
        with killed(tmp_path / name, reads) as (reference, target, _, _):
            file = targets_file(target, tmp_path, token=reference.second_token)
            cleared = cleanup(RUN_ID, targets=file, output=tmp_path / name, forms=installed_forms())
        assert (cleared.removed, len(cleared.left)) == (number, 3 - number)


def test_a_record_that_has_become_somebody_elses_is_left_alone(tmp_path):
    """Reads decide even with an unchanged journal: the id may be in use again, as after a restore of a database."""
    with killed(tmp_path) as (reference, target, server, path):
        name = Journal.read(path).remaining[0].id
        reference.state.appointments[name]["attendeeEmail"] = "jane@example.org"
        cleared = cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        assert all(name not in place for place in sent_to(server, "DELETE"))
        assert reference.state.appointments[name]["status"] == "scheduled"
    assert cleared.removed == 2
    assert "a read shows a record of somebody else there" in cleared.left[0]


@pytest.mark.parametrize(
    "path",
    ["/appointments/../appointments/apt_victim1", "/appointments/%61pt_victim1", "/appointments/..", "/customers/c1",
     "/appointments/apt_victim1?x=1", "//api.example.org/x", "/appointments/", "appointments/apt_victim1"],
)  # fmt: skip
def test_a_path_that_no_run_makes_is_never_sent(path, tmp_path):
    """A path with dots, escapes, a query or another collection is never requested, not even as a read."""
    with killed(tmp_path, number=1) as (_, target, server, journal):
        lines = lines_of(journal)
        lines[-1]["path"] = path
        rewrite(journal, lines)
        cleared = cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        assert server.asked == []
    assert (cleared.removed, len(cleared.left)) == (0, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"run_id": "aaaabbbbcccc"}, "names another run"),
        ({"base_url": "http://127.0.0.1:9/v1"}, "the run was at http://127.0.0.1:9/v1"),
        ({"target": "another"}, "no target `another`"),
        ({"api": "omneo"}, "the run was at"),
    ],
)
def test_a_first_line_that_fits_no_more_is_refused(change, message, tmp_path):
    """A journal with another run, address, target or API than the real one removes nothing."""
    with killed(tmp_path) as (_, target, server, path):
        lines = lines_of(path)
        lines[0] |= change
        rewrite(path, lines)
        with pytest.raises(ConfigurationError, match=message):
            cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        assert server.asked == []


def test_another_salt_makes_nothing_true(tmp_path):
    """The salt of the key cannot be exchanged."""
    with killed(tmp_path, no_reads) as (_, target, server, path):
        lines = lines_of(path)
        lines[0]["salt"] = "00"
        rewrite(path, lines)
        file = targets_file(target, tmp_path)
        cleared = cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms(), provisioning=provisioning_of)
        assert cleared.removed == 0
        assert sent_to(server, "DELETE") == []


def test_a_journal_without_digests_is_refused(tmp_path):
    """A journal without digests (of an earlier version, or removed) gets one sentence, and nothing is sent."""
    with killed(tmp_path) as (_, target, server, path):
        for without in ({"digest"}, {"digest", "salt", "readable"}):
            lines = [{name: line[name] for name in line if name not in without} for line in lines_of(path)]
            rewrite(path, lines)
            with pytest.raises(ConfigurationError, match=r"has no digests .* its 3 records at the target") as caught:
                cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
            assert "\n" not in str(caught.value)
        assert server.asked == []
        assert len(reminders(path.parent)) == 1


def test_two_journals_of_one_run_are_refused(tmp_path):
    """With a copy beside the journal, nobody can tell which one the run wrote, so it is refused."""
    with killed(tmp_path) as (_, target, server, path):
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
        with pytest.raises(ConfigurationError, match=f"two journals of run {RUN_ID}"):
            cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())
        assert server.asked == []


@pytest.mark.parametrize("state", ["gone", "", None, 1, []])
def test_a_state_that_there_is_not_makes_no_journal(state, tmp_path):
    """An unknown state cannot hide a record: the journal is refused."""
    with killed(tmp_path) as (_, target, _, path):
        lines = lines_of(path)
        lines[-1]["state"] = state
        rewrite(path, lines)
        with pytest.raises(ConfigurationError, match="not a journal that can be read"):
            cleanup(RUN_ID, targets=targets_file(target, tmp_path), output=tmp_path, forms=installed_forms())


def test_a_removed_record_that_is_made_again_is_not_removed_twice(tmp_path):
    """If `removed` is changed back to `made`, nothing is sent, as no read can show what has the id now."""
    with killed(tmp_path, no_reads) as (reference, target, server, path):
        file = targets_file(target, tmp_path)
        cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms())
        lines = [{**line, "state": "made"} if line.get("state") == "removed" else line for line in lines_of(path)]
        rewrite(path, lines)
        for one in reference.state.appointments.values():
            one["status"] = "scheduled"
        server.asked.clear()
        cleared = cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms())
        assert sent_to(server, "DELETE") == []
    assert (cleared.removed, len(cleared.left)) == (0, 3)


def test_omneos_records_are_known_by_their_marks(tmp_path):
    """With another token, profiles, lists and appointments are removed if reads show their marks."""
    with killed(tmp_path, api="omneo") as (reference, target, server, _):
        before = {name for name, one in reference.state.profiles.items() if "conformance" not in str(one)}
        file = targets_file(target, tmp_path, token=reference.second_token)
        cleared = cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms())
        assert set(reference.state.profiles) == before
        assert len(sent_to(server, "DELETE")) == 6
    assert cleared.removed == 6
    assert [one.partition(" (")[0] for one in cleared.left] == ["list definition 7000001"]


def test_the_journal_holds_no_token(tmp_path):
    """A journal contains neither the token nor the digests of another journal: each has its own salt."""
    texts = []
    for name in "ab":
        with killed(tmp_path / name, number=1) as (_, target, _, path):
            texts.append(path.read_text())
            assert target.token not in texts[-1]
    digests = [{json.loads(line)["digest"] for line in text.splitlines()} for text in texts]
    assert digests[0].isdisjoint(digests[1])


def test_without_scrypt_reads_decide(tmp_path, monkeypatch):
    """On a machine without scrypt fixtures are made, and a clean-up relies on reads only."""

    def unsupported(*_, **__):
        raise ValueError("unsupported hash type")

    monkeypatch.setattr(digests.hashlib, "scrypt", unsupported)
    for name, reads, number in (("reads", unchanged, 3), ("none", no_reads, 0)):
        with killed(tmp_path / name, reads) as (_, target, _, _):
            file = targets_file(target, tmp_path)
            cleared = cleanup(RUN_ID, targets=file, output=tmp_path / name, forms=installed_forms())
        assert (cleared.removed, len(cleared.left)) == (number, 3 - number)
