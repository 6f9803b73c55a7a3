"""Fixtures are made by the vendor's own operations, used, and removed again, whatever fails in between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from impostor_server import JSON, impostor, page, passed_on
from provisioned import provisioned, records
from scripted_server import message, scripted

from appointment_conformance.apis.mijnklantportaal import provisioning as mijnklantportaal
from appointment_conformance.apis.omneo import provisioning as omneo
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.errors import BudgetSpent, RequestRefused
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.provisioning.provisioner import Provisioner
from appointment_conformance.provisioning.spec import MakeContext
from appointment_conformance.reference_apis import serve
from appointment_conformance.target_run import conductor_of, run
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.rate_limits import RateLimiter

APIS = ("omneo", "mijnklantportaal")


def journal_in(directory):
    """Return the one journal below a directory."""
    (path,) = directory.glob("*/journal-*.jsonl")
    return Journal.read(path)


@pytest.mark.parametrize("api", APIS)
def test_a_target_without_fixtures_is_judged_and_left_as_it_was(api, tmp_path):
    """Every requirement passes on fixtures made for the run; afterwards no record remains that was not there before."""
    with serve(api) as reference:
        before = records(reference.state)
        result, exchanges = run(provisioned(reference), journals=tmp_path)
        after = records(reference.state)
        assert reference.foreign_touched() == ()
    assert {one.verdict for one in result.requirements} == {"passed"}
    assert result.requests == len(exchanges) <= (312 if api == "omneo" else 78)
    assert {kind: names - before[kind] for kind, names in after.items() if names - before[kind]} == (
        {"list_definitions": {"7000001"}} if api == "omneo" else {}
    )
    assert before["appointments"] <= after["appointments"]


def test_what_no_operation_removes_is_named(tmp_path):
    """A list definition remains and the result names it; with a definition of the target's own nothing remains."""
    with serve("omneo") as reference:
        target = provisioned(reference)
        made, _ = run(target, journals=tmp_path / "1")
        given = replace(target, provision=omneo.OmneoProvision(reference.definition_id, reference.location_id, 5))
        used, _ = run(given, journals=tmp_path / "2")
    assert "list definition 7000001" in made.reason
    assert "cleanup" not in made.reason, "it cannot remove that either"
    assert (used.reason, journal_in(tmp_path / "2").remaining) == ("", ())


def test_what_the_run_has_canceled_is_not_left_behind(tmp_path):
    """An appointment that the run cancelled itself counts as removed, whatever the target answers to another cancel."""

    def answer(asked):
        response = passed_on(asked, reference.base_url)
        return page(400, b'{"message": "it is canceled"}', JSON) if response[0] == 409 else response

    with serve("mijnklantportaal") as reference, impostor(answer) as server:
        target = provisioned(reference, base_url=f"http://127.0.0.1:{server.port}/v1")
        result, exchanges = run(target, rounds=0, journals=tmp_path)
    removals = [one for one in exchanges if one.scenario == "provisioning" and one.request.method == "DELETE"]
    assert result.appointments_consumed > 0
    assert {one.response.status for one in removals} == {200}
    assert "Left behind" not in result.reason
    assert journal_in(tmp_path).remaining == ()


def test_what_a_clean_up_may_remove_says_how(tmp_path):
    """If a removal is refused that may succeed later, the reason ends with the command for it."""

    def answer(asked):
        fixture = asked.path.rpartition("/")[2] in reference.state.appointments
        refused = asked.method == "DELETE" and fixture and asked.authorized
        return page(403, b'{"message": "no"}', JSON) if refused else passed_on(asked, reference.base_url)

    with serve("mijnklantportaal") as reference, impostor(answer) as server:
        target = provisioned(reference, base_url=f"http://127.0.0.1:{server.port}/v1")
        result, _ = run(target, rounds=0, journals=tmp_path)
    assert "its removal was answered 403" in result.reason
    assert result.reason.endswith(f"; `appointment-conformance cleanup {result.run_id}` removes what it can.")


def test_fixtures_of_the_target_are_used_as_well(tmp_path):
    """The fixtures of the file come after those that were made, and are not removed."""
    with serve("mijnklantportaal") as reference:
        given = mijnklantportaal.MijnKlantportaalFixtures(reference.appointments[:1])
        run(provisioned(reference, fixtures=given), journals=tmp_path)
        assert reference.state.appointments[reference.appointments[0]]["status"] == "scheduled"


@pytest.mark.parametrize("api", APIS)
def test_a_refused_creation_is_not_testable_and_leaves_nothing(api, tmp_path):
    """If a record is not made, nothing is judged; the reason quotes the target, and the made records are removed."""
    with serve(api) as reference:
        before = records(reference.state)
        target = provisioned(reference, token=reference.forbidden_token, forbidden_token=None)
        result, exchanges = run(target, journals=tmp_path)
        assert records(reference.state) == before
    assert (result.verdict, result.requirements) == ("not-testable", ())
    assert "was answered 403" in result.reason
    assert len(exchanges) == 1
    assert journal_in(tmp_path).remaining == ()


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (message(500, b"oops"), True),
        (message(201, b'{"id": "apt_a1", "attendeeEmail": "somebody@example.nl"}'), True),
        (message(201, b'{"id": "apt_../x"}'), True),
        (message(201, b'{"id": true}'), True),
        (message(422, b'{"message": "no such day"}'), False),
    ],
    ids=["500", "another's record", "no id of this form", "no id at all", "refused"],
)
def test_an_answer_that_shows_no_new_record_is_not_relied_on(answer, left, tmp_path):
    """No other request is sent, and no removal; a record that may have been made is named by its sent text."""
    with scripted(answer) as server:
        base_url = f"http://127.0.0.1:{server.port}/v1"
        with serve("mijnklantportaal") as reference:
            result, exchanges = run(provisioned(reference, base_url=base_url), journals=tmp_path)
    assert (result.verdict, len(exchanges)) == ("not-testable", 1)
    assert ("Left behind" in result.reason) is left
    assert ("@example.com" in result.reason) is left


def test_the_same_id_twice_is_not_relied_on(tmp_path):
    """A server that makes one record of two requests is detected before the record is used."""

    def answer(asked):
        first.update(json.loads(asked.body or b"{}") if not first else {})
        response = {**first, "id": "apt_a1", "status": "canceled" if asked.method == "DELETE" else "scheduled"}
        if asked.method == "POST":
            response["attendeeEmail"] = json.loads(asked.body)["attendeeEmail"]
        return page(201 if asked.method == "POST" else 200, json.dumps(response).encode(), JSON)

    first = {}
    with impostor(answer) as server, serve("mijnklantportaal") as reference:
        target = provisioned(reference, base_url=f"http://127.0.0.1:{server.port}/v1")
        result, exchanges = run(target, journals=tmp_path)
    assert "does not show a new appointment: it names apt_a1" in result.reason
    assert [one.request.method for one in exchanges][:4] == ["POST", "GET", "POST", "DELETE"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ZeroDivisionError])
def test_a_run_that_breaks_off_removes_what_it_made(fault, tmp_path, monkeypatch):
    """An interrupt or an error in the middle of a scenario does not keep the records from being removed."""
    from appointment_conformance.engine.context import ScenarioContext

    sent, original = count(), ScenarioContext.send

    def breaking(context, probe):
        if next(sent) == 7:
            raise fault
        return original(context, probe)

    monkeypatch.setattr(ScenarioContext, "send", breaking)
    with serve("mijnklantportaal") as reference:
        before = records(reference.state)
        with pytest.raises(fault):
            run(provisioned(reference), journals=tmp_path)
        assert records(reference.state) == before
    assert journal_in(tmp_path).remaining == ()


@pytest.mark.parametrize("budget", [0, 1, 5, 13, 20, 30])
def test_a_spent_budget_is_still_enough_to_remove(budget, tmp_path):
    """The budget reserves requests for removals: all records that were made are removed within the budget."""
    with serve("mijnklantportaal") as reference:
        before = records(reference.state)
        target = provisioned(reference, limits=Limits(max_requests=budget))
        result, exchanges = run(target, journals=tmp_path)
        assert records(reference.state)["appointments"] <= before["appointments"]
    assert result.verdict in {"not-verified", "not-testable"}
    assert len(exchanges) <= budget
    assert journal_in(tmp_path).remaining == ()


def test_removals_are_not_stopped_by_the_clock():
    """Reserved requests can be sent after `max_seconds`, but only once they are released."""
    times = iter((0.0, 5.0, 5.0, 99.0, 99.0, 99.0))
    limiter = RateLimiter(Limits(max_requests=2, max_seconds=10), clock=lambda: next(times, 99.0))
    limiter.reserve(1)
    limiter.acquire()
    with pytest.raises(BudgetSpent):
        limiter.acquire()
    limiter.release()
    limiter.acquire()
    assert limiter.requests == 2


def test_outside_of_provisioning_the_operations_are_refused(tmp_path):
    """Once the fixtures exist, the client that made them allows no other operation any more."""
    with serve("mijnklantportaal") as reference:
        conductor = conductor_of(provisioned(reference), RunOptions(journals=tmp_path))
        try:
            conductor.play([(one, "cancel") for one in conductor.api.catalogue if one.id == "MKP-PATH-01"])
            with pytest.raises(RequestRefused):
                conductor._client._guard.check("POST", f"{reference.base_url}/appointments", b"{}")
        finally:
            conductor.clean_up()
            conductor.close()


def test_nothing_is_noted_or_sent_where_nothing_is_to_be_made(tmp_path):
    """A target with fixtures of its own has no journal."""
    with serve("mijnklantportaal") as reference:
        own = mijnklantportaal.MijnKlantportaalFixtures(reference.appointments)
        run(provisioned(reference, fixtures=own, provision=None), journals=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_appointments_are_far_ahead_on_working_days():
    """Each appointment has its own day, a year ahead, and an attendee that no person can be."""
    made, today = [], date(2030, 1, 1)
    mijnklantportaal.fixtures(MakeContext("r1", today, None, 9, lambda one: made.append(one) or f"apt_{len(made)}"))
    days = [date.fromisoformat(one.body["startsAt"][:10]) for one in made]
    assert len(set(days)) == 8
    assert all(day.weekday() < 5 and day >= today + timedelta(days=365) for day in days)
    assert all(one.body["attendeeEmail"].endswith("@example.com") for one in made)


def test_what_is_linked_is_not_who_it_is_booked_for():
    """Appointments are booked for a profile that is not linked; a list belongs to that profile."""
    made = []
    given = omneo.OmneoProvision(31, 7, timezone="Australia/Melbourne")
    found = omneo.fixtures(
        MakeContext("r1", date(2030, 1, 1), given, 2, lambda one: made.append(one) or str(len(made)))
    )
    assert found.profiles == ("2", "3")
    booked = [one.body for one in made if one.kind == "appointment"]
    assert {(one["profile_id"], one["timezone"]) for one in booked} == {("1", "Australia/Melbourne")}
    assert [one.path for one in made if one.kind == "list"] == ["/v3/profiles/1/lists"]


def test_one_removal_that_breaks_off_keeps_no_other(tmp_path, monkeypatch):
    """If one answer causes an error, every other record is removed, and that record is named."""
    broken, sent = [], Provisioner._send

    def breaking(provisioner, name, *arguments):
        if name.startswith("remove/") and not broken:
            broken.append(arguments[1])
            raise OverflowError("a date beyond all dates")
        return sent(provisioner, name, *arguments)

    monkeypatch.setattr(Provisioner, "_send", breaking)
    with serve("mijnklantportaal") as reference:
        before = records(reference.state)
        result, _ = run(provisioned(reference), journals=tmp_path)
        after = records(reference.state)
    assert {f"/appointments/{name}" for name in after["appointments"] - before["appointments"]} == {*broken}
    assert result.reason.count("its removal broke off (OverflowError)") == 1


def test_a_disk_that_is_full_leaves_nothing_at_the_target(tmp_path, monkeypatch):
    """If the journal cannot be written any more, no further record is made, and the made ones are removed."""
    noted = count()

    def full(journal, line):
        if next(noted) >= 4:
            raise OSError(28, "No space left on device")
        written(journal, line)

    written = Journal._write
    monkeypatch.setattr(Journal, "_write", full)
    with serve("mijnklantportaal") as reference:
        before = records(reference.state)
        result, exchanges = run(provisioned(reference), journals=tmp_path)
        after = records(reference.state)
    assert (result.verdict, "No space left on device" in result.reason) == ("not-testable", True)
    assert any(one.request.method == "POST" for one in exchanges)
    assert after == before


def test_a_record_is_asked_for_once(tmp_path):
    """A 503 may come after the record was made: the request is not resent, and the record may exist with unknown id."""

    def answer(asked):
        response = passed_on(asked, reference.base_url)
        return page(503, b"{}", JSON) if asked.method == "POST" else response

    with serve("mijnklantportaal") as reference, impostor(answer) as server:
        target = provisioned(reference, base_url=f"http://127.0.0.1:{server.port}/v1")
        result, _ = run(target, journals=tmp_path)
        assert [asked.method for asked in server.asked].count("POST") == 1
    assert result.verdict == "not-testable"
    assert "appointment of unknown id" in result.reason
