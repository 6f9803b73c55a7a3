"""Targets of an API of somebody else's package: their keys, what may be sent to them, and the fixtures made there."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.targets import Target


def target_at(reference, booking, **changed):
    """Return the target at a running reference API of the package."""
    entry = {"api": "booking", "base_url": reference.base_url, "token": reference.token}
    return Target.from_dict("mine", {**entry, "fixtures": dict(reference.fixtures), **changed}, booking.form)


@pytest.mark.parametrize(
    ("fixtures", "told"),
    [
        ({"boookings": ["bk_1"]}, "unknown key `boookings` in `targets.mine.fixtures`; did you mean `bookings`?"),
        ({"absent_booking": "bk_1"}, "lacks the key `bookings` (Ids of pending bookings that may be confirmed; a run"),
        ({"appointments": ["bk_1"]}, "unknown key in `targets.mine.fixtures`; known are bookings, absent_booking,"),
        ({"bookings": ["apt_1"]}, "`targets.mine.fixtures.bookings.0` must match the pattern ^bk_[a-z0-9]+$."),
        (
            {"bookings": ["bk_1"], "absent_booking": "bk_1"},
            "targets.mine.fixtures.absent_booking: bk_1 appears twice in the",
        ),
        ({"bookings": ["bk_1"], "foreign_bookings": ["bk_1"]}, "targets.mine.fixtures.foreign_bookings: bk_1 appears"),
    ],
)
def test_its_own_schema_checks_its_fixtures(suite, served, fixtures, told):
    """A mistake in its fixtures is told by its own keys, with exit code 2."""
    served[1](fixtures=fixtures)
    done = suite("run", "mine")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.usefixtures("served")
def test_a_run_of_a_target_in_a_file(suite):
    """A target of the file is judged: proof beside the requirements of the package lets them count against it."""
    done = suite("run", "mine")
    assert done.returncode == 0, done.stdout
    assert "unproven" not in done.stdout


def test_the_guard_asks_its_policy(booking, served):
    """Its fixtures, near misses of their ids and the absent id may be addressed, and nothing else."""
    policy = booking.policy(target_at(served[0], booking))
    first, absent = served[0].fixtures["bookings"][0], served[0].fixtures["absent_booking"]
    allowed = [("POST", f"/bookings/{name}/confirm") for name in (first, absent, f"{first}%27")]
    refused = [
        ("POST", "/bookings/bk_somebodys/confirm"),
        ("GET", "/bookings/bk_somebodys"),
        ("DELETE", f"/bookings/{first}"),
        ("POST", "/bookings"),
        ("POST", f"/appointments/{first}/confirm"),
    ]
    assert [policy.refusal(method, path, None) for method, path in allowed] == [None, None, None]
    assert all(policy.refusal(method, path, None) for method, path in refused)
    assert policy.refusal("POST", f"/bookings/{first}/confirm", b"{}").startswith("the operation takes no body")


def test_a_target_that_is_read_only_is_judged_by_reads(suite, served):
    """The read-only parts of its scenarios send nothing that could confirm a booking."""
    reference, write = served
    write(read_only=True)
    done = suite("run", "-v", "mine")
    assert done.returncode == 4, done.stdout
    assert "passed    mine  BKG-PATH-01 confirm" in done.stdout
    assert {one["status"] for one in reference.state.bookings.values()} == {"pending"}


def test_bookings_are_made_and_removed(suite, served, tmp_path):
    """With `provision` its own operation makes the fixtures, and the run removes them, the confirmed ones as well."""
    reference, write = served
    before = set(reference.state.bookings)
    write(fixtures=None, provision=True)
    done = suite("run", "mine")
    assert done.returncode == 0, done.stdout
    result = json.loads((tmp_path / "conformance-reports/mine/result.json").read_text())
    assert result["appointments_consumed"] == 1
    assert set(reference.state.bookings) == before


def test_what_a_killed_run_made_is_removed_by_its_journal(suite, served, tmp_path, monkeypatch, booking):
    """`cleanup` asks the API that the journal names how its records are removed."""
    from appointment_conformance.engine.conductor import Conductor
    from appointment_conformance.engine.run_options import RunOptions

    reference, write = served
    before = set(reference.state.bookings)
    write(fixtures=None, provision=True)
    target = target_at(reference, booking, fixtures={}, provision=True)
    conductor = Conductor(target, booking, RunOptions(journals=tmp_path / "conformance-reports"))
    monkeypatch.setattr(conductor, "clean_up", lambda: "")
    conductor.play()
    conductor.close()
    assert conductor.error is None
    assert len(set(reference.state.bookings) - before) == 2
    conductor._provisioner._provisioner.close()
    done = suite("cleanup", conductor.options.run_id)
    assert (done.returncode, done.stdout) == (0, "2 removed, 0 left behind\n"), done.stderr
    assert set(reference.state.bookings) == before


@pytest.mark.parametrize(
    ("path", "absent", "told"),
    [
        ("", "bk_b3nh8t61vy", "booking bk_b3nh8t61vy exists; set fixtures.absent_booking to one that does not."),
        ("/elsewhere", "bk_absent1", "check base_url and fixtures.bookings."),
    ],
)
def test_why_a_target_cannot_be_judged_is_told_in_its_words(suite, served, path, absent, told):
    """Sentences about fixtures name the keys of its targets."""
    reference, write = served
    fixtures = {"bookings": reference.fixtures["bookings"][:1], "absent_booking": absent}
    write(base_url=reference.base_url + path, fixtures=fixtures)
    done = suite("run", "mine")
    assert done.returncode == 3, done.stdout
    assert told in " ".join(done.stdout.split())


def test_fixtures_that_are_used_up_are_asked_for_in_its_words(suite, served):
    """Where every booking is confirmed already, the reason says to which key one is to be added."""
    reference, write = served
    for record in reference.state.bookings.values():
        record["status"] = "confirmed"
    write()
    done = suite("run", "mine")
    assert done.returncode == 4, done.stdout
    assert "every booking of the target is used up; add one to fixtures.bookings" in done.stdout
