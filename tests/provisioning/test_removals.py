"""A record counts as removed if its removal got the documented answer and no read shows the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from itertools import count

import pytest
from impostor_server import page
from provisioned import provisioned, records
from provisioners import RUN_ID, altered, json_response, no_reads, open_at, record_in, sent_to, targets_file

from appointment_conformance.api import provisioning_of
from appointment_conformance.provisioning import provisioner as supplies
from appointment_conformance.provisioning.cleanup import cleanup as clean_up_after
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.reference_apis import serve
from appointment_conformance.target_run import run
from appointment_conformance.targets_file import installed_forms

cleanup = partial(clean_up_after, provisioning=provisioning_of)

TODAY = date(2030, 1, 1)
#: An answer to a removal, as a target gives it that does nothing.
ANSWERS = {
    "200 with the canceled appointment": lambda name: json_response(200, {"id": name, "status": "canceled"}),
    "200 with nothing": lambda _: page(200, b""),
    "200 with the appointment as it is": lambda name: json_response(200, {"id": name, "status": "scheduled"}),
    "200 with another one": lambda _: json_response(200, {"id": "apt_another1", "status": "canceled"}),
    "200 with a page": lambda _: page(200),
    "202": lambda _: json_response(202, {}),
    "204": lambda _: (204, [], b""),
    "403": lambda _: json_response(403, {"message": "no"}),
    "404": lambda _: json_response(404, {"message": "no such record"}),
    "404 with a page": lambda _: page(404),
    "409": lambda _: json_response(409, {"message": "it is canceled"}),
    "410": lambda _: json_response(410, {"message": "gone"}),
    "500": lambda _: json_response(500, {"message": "oops"}),
}
#: Those that each vendor's page gives for a removal that was done.
DOCUMENTED = {
    "mijnklantportaal": {"200 with the canceled appointment", "409"},
    "omneo": {
        *("204", "200 with nothing", "200 with the canceled appointment"),
        *("200 with the appointment as it is", "200 with another one"),
    },
}


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """Repeat reads without waiting."""
    monkeypatch.setattr(supplies, "LAG_WAITS", (0.0, 0.0, 0.0, 0.0))


def without_deed(removal_answer):
    """Answer each removal with `removal_answer`, and do nothing."""
    return lambda asked: removal_answer(asked.path.rpartition("/")[2]) if asked.method == "DELETE" else None


def cleared(target, directory):
    """Make and remove fixtures; return the leftovers as text, and the remaining kinds in the journal."""
    with open_at(target, directory) as (provisioner, journal):
        provisioner.create(appointments=2, today=TODAY)
        left = provisioner.remove_records()
        remaining = [entry.kind for entry in Journal.read(journal.path).remaining]
    return [one.message for one in left], remaining


@pytest.mark.parametrize("removal_answer", ANSWERS)
def test_what_a_read_still_shows_is_not_removed(removal_answer, tmp_path):
    """Whatever the answer to a cancel, an appointment that a read shows as scheduled remains and is named."""
    with altered("mijnklantportaal", instead=without_deed(ANSWERS[removal_answer])) as (reference, target, _):
        left, remaining = cleared(target, tmp_path)
        made = [name for name in records(reference.state)["appointments"] if any(name in one for one in left)]
    assert (len(made), remaining) == (2, ["appointment", "appointment"])
    assert all(f"its removal was answered {removal_answer[:3]}" in one for one in left)


@pytest.mark.parametrize("removal_answer", ANSWERS)
def test_where_no_read_is_served_the_page_decides(removal_answer, tmp_path):
    """Without reads, only a cancel with the documented answer counts."""
    with altered("mijnklantportaal", no_reads, instead=without_deed(ANSWERS[removal_answer])) as (_, target, _):
        left, remaining = cleared(target, tmp_path)
    is_documented = removal_answer in DOCUMENTED["mijnklantportaal"]
    assert (len(left), len(remaining)) == ((0, 0) if is_documented else (2, 2))


@pytest.mark.parametrize("removal_answer", ANSWERS)
@pytest.mark.parametrize("reads", [True, False], ids=["reads", "no reads"])
def test_omneos_records_are_removed_as_its_pages_say(removal_answer, reads, tmp_path):
    """Omneo's DELETE is answered 204 or 200; a 404 or 409 shows nothing; a read that shows the record decides."""
    changes = [] if reads else [no_reads]
    with altered("omneo", *changes, instead=without_deed(ANSWERS[removal_answer])) as (_, target, _):
        left, remaining = cleared(target, tmp_path)
    is_done = removal_answer in DOCUMENTED["omneo"] and not reads
    assert remaining == (
        ["list definition"] if is_done else [*["appointment"] * 2, "list", "list definition", *["profile"] * 3]
    )
    assert len(left) == len(remaining)


@pytest.mark.parametrize("removal_answer", ["202", "204", "500"])
def test_what_a_read_shows_as_canceled_is_removed(removal_answer, tmp_path):
    """An appointment that a read shows as cancelled needs no removal, whatever the answer to the cancel was."""

    def otherwise(asked, answer):
        return ANSWERS[removal_answer]("") if asked.method == "DELETE" else answer

    with altered("mijnklantportaal", otherwise) as (reference, target, _):
        before = records(reference.state)
        assert cleared(target, tmp_path) == ([], [])
        assert records(reference.state) == before


def lost(is_lost):
    """Answer 404 to every request about a record from its removal on, if `is_lost` is true for its id."""
    gone = set()

    def answer(asked):
        if asked.method == "DELETE" and is_lost(asked.path.rpartition("/")[2]):
            gone.add(asked.path)
        return json_response(404, {"message": "no such thing"}) if asked.path in gone else None

    return answer


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_a_record_that_vanishes_is_removed(api, tmp_path):
    """A record that neither its removal nor a read finds is removed, if reads found it before and others succeed."""
    vanishing = set()
    server = altered(api, instead=lost(vanishing.__contains__))
    with server as (_, target, _), open_at(target, tmp_path) as (provisioner, journal):
        vanishing.add(provisioner.create(appointments=2, today=TODAY).appointments[0])
        provisioner.remove_records()
        assert [one.kind for one in Journal.read(journal.path).remaining if one.removable] == []


@pytest.mark.parametrize(("api", "removable"), [("omneo", 6), ("mijnklantportaal", 2)])
def test_where_nothing_is_served_any_more_nothing_counts_as_removed(api, removable, tmp_path):
    """If each removal and read is answered 404, the paths may be lost: all records stay in the journal, named."""
    with altered(api, instead=lost(lambda _: True)) as (_, target, _):
        left, remaining = cleared(target, tmp_path)
    assert len(left) == len(remaining)
    assert sum("was answered 404, and no read shows that it is removed" in one for one in left) == removable


@pytest.mark.parametrize("read", [page(404), json_response(403, {"message": "no"}), json_response(500, {})])
def test_a_read_that_is_not_the_apis_confirms_nothing(read, tmp_path):
    """If reads succeeded before, a page from in front of the API or a refusal does not show whether a record exists."""
    deleted = set()

    def shut(asked, response):
        if asked.method == "DELETE":
            deleted.add(asked.path)
        return read if asked.method == "GET" and asked.path in deleted else response

    with altered("mijnklantportaal", shut) as (_, target, _):
        left, remaining = cleared(target, tmp_path)
    assert len(remaining) == 2
    assert all("its removal was answered 200, and no read shows that it is removed" in one for one in left)


def test_reads_that_lag_behind_a_removal_are_sent_again(tmp_path):
    """A read that shows a removed record is repeated; all records of a kind share the waits."""
    stale, number, rests = {}, count(), []

    def lagging(asked, response):
        if asked.method == "GET" and response[0] == 200:
            if record_in(response)["status"] == "scheduled":
                stale[asked.path] = response
            elif next(number) < 4:
                return stale[asked.path]
        return response

    with (
        altered("mijnklantportaal", lagging) as (_, target, server),
        open_at(target, tmp_path) as (provisioner, _),
    ):
        provisioner.create(appointments=2, today=TODAY)
        provisioner._client.rate_limiter.wait = rests.append
        assert provisioner.remove_records() == ()
        assert len(sent_to(server, "DELETE")) == 2
    assert len(rests) == 2


def test_where_a_read_never_agrees_the_waits_are_over(tmp_path, monkeypatch):
    """A clean-up waits for the longest wait once, however many kinds of records a faulty target keeps."""
    monkeypatch.setattr(supplies, "LAG_WAITS", (1.0, 2.0))
    rests = []
    with (
        altered("omneo", instead=without_deed(ANSWERS["204"])) as (_, target, _),
        open_at(target, tmp_path) as made,
    ):
        made[0].create(appointments=2, today=TODAY)
        made[0]._client.rate_limiter.wait = rests.append
        assert len(made[0].remove_records()) == 7
    assert rests == [1.0, 2.0]


def test_a_cancel_with_wrong_credentials_removes_nothing(tmp_path):
    """If wrong credentials are answered 200 and nothing is cancelled, the appointments are removed all the same."""

    def instead(asked):
        is_valid = asked.headers.get("authorization") == f"Bearer {reference.token}"
        if asked.method == "DELETE" and not is_valid:
            return ANSWERS["200 with the canceled appointment"](asked.path.rpartition("/")[2])
        return None

    with altered("mijnklantportaal", instead=instead) as (reference, target, _):
        before = records(reference.state)
        result, _ = run(target, rounds=0, journals=tmp_path)
        assert records(reference.state)["appointments"] <= before["appointments"]
    assert "Left behind" not in result.reason


def test_a_target_that_cancels_nothing_is_found_out(tmp_path):
    """If every cancel is answered 200 and does nothing, all made records are named, and a clean-up tries again."""
    ignored = without_deed(ANSWERS["200 with the canceled appointment"])
    with altered("mijnklantportaal", instead=ignored) as (faulty, target, _):
        before = set(faulty.state.appointments)
        result, _ = run(target, rounds=0, journals=tmp_path)
        made = set(faulty.state.appointments) - before
    assert made
    assert all(f"appointment {name} " in result.reason for name in made)
    assert "a read shows it unchanged" in result.reason
    assert result.reason.endswith(f"cleanup {result.run_id}` removes what it can.")


def test_what_the_run_canceled_is_not_canceled_again(tmp_path):
    """A cancel with the valid token and the documented answer is not sent again, only confirmed by a read."""
    with altered("mijnklantportaal") as (_, target, _):
        result, exchanges = run(target, journals=tmp_path)
    removals = [one for one in exchanges if one.scenario == "provisioning" and one.request.method == "DELETE"]
    assert {one.response.status for one in removals} == {200}
    assert len(removals) + result.appointments_consumed == 8


def test_a_second_clean_up_finds_nothing_to_do(tmp_path):
    """Records that a faulty target keeps stay in the journal; once the target is fixed, one clean-up removes them."""
    broken = [True]

    def instead(asked):
        return ANSWERS["204"]("") if asked.method == "DELETE" and broken else None

    with altered("omneo", instead=instead) as (reference, target, server):
        given = replace(target, provision=replace(target.provision, list_definition_id=5))
        before = records(reference.state)
        with open_at(given, tmp_path) as (provisioner, _):
            provisioner.create(appointments=2, today=TODAY)
            assert len(provisioner.remove_records()) == 6
        file = targets_file(target, tmp_path)
        first = cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms())
        broken.clear()
        second = cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms())
        asked = len(server.asked)
        third = cleanup(RUN_ID, targets=file, output=tmp_path, forms=installed_forms())
        assert len(server.asked) == asked
        assert records(reference.state) == before
    assert (first.removed, len(first.left)) == (0, 6)
    assert (second.removed, second.left) == (6, ())
    assert (third.removed, third.left) == (0, ())


def test_conforming_runs_leave_a_journal_without_anything_standing(tmp_path):
    """After a run at a conforming target only records that no operation removes remain."""
    for api, remaining in (("mijnklantportaal", []), ("omneo", ["list definition"])):
        with serve(api) as reference:
            result, _ = run(provisioned(reference), journals=tmp_path / api)
        (path,) = tmp_path.glob(f"{api}/*/journal-*.jsonl")
        assert [one.kind for one in Journal.read(path).remaining] == remaining
        assert result.verdict == "conformant"
