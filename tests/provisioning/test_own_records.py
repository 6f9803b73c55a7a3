"""A record is the run's own once an answer shows the run's mark; any other is neither used nor removed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from impostor_server import page
from provisioned import records
from provisioners import altered, json_response, no_reads, only_the_id, open_at, record_in, sent_to, unchanged

from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalFixtures
from appointment_conformance.errors import NotTestable
from appointment_conformance.provisioning import provisioner as supplies
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.target_run import run

APIS, TODAY = ("omneo", "mijnklantportaal"), date(2030, 1, 1)


@pytest.fixture(autouse=True)
def rests(monkeypatch):
    """The seconds before a read is repeated, without waiting."""
    monkeypatch.setattr(supplies, "LAG_WAITS", (0.0, 0.0, 0.0, 0.0))


def stranger(reference):
    """Return the id of a scheduled appointment of somebody else."""
    appointments, fixtures = reference.state.appointments, {*reference.appointments, *reference.foreign_appointments}
    return next(name for name in appointments if name not in fixtures and appointments[name]["status"] == "scheduled")


def refusal(target, directory):
    """Make fixtures, which must fail; return the reason and the leftovers in one text."""
    with open_at(target, directory) as (provisioner, _):
        with pytest.raises(NotTestable) as caught:
            provisioner.create(appointments=4, today=TODAY)
        left = provisioner.remove_records()
    return str(caught.value), " | ".join(one.message for one in left)


@pytest.mark.parametrize("api", APIS)
def test_a_read_shows_what_the_answer_does_not(api, tmp_path):
    """If an answer contains only an id, the record is read; it is used and removed once the read shows the mark."""
    with altered(api, only_the_id) as (reference, target, _):
        before = records(reference.state)
        # A definition of the target's own: reads of those are not served.
        own = replace(target.provision, **({"list_definition_id": 5} if api == "omneo" else {}))
        made, _ = run(replace(target, provision=own), journals=tmp_path)
        after = records(reference.state)
    assert (made.verdict, made.reason) == ("conformant", "")
    assert after["appointments"] <= before["appointments"]
    assert {**after, "appointments": ()} == {**before, "appointments": ()}


@pytest.mark.parametrize(
    ("shown", "reads"),
    [("only the id", unchanged), ("only the id", no_reads), ("what was sent", unchanged)],
    ids=["only the id", "only the id and no reads", "what was sent"],
)
def test_an_appointment_of_somebody_else_is_left_alone(shown, reads, tmp_path):
    """An answer that names an existing appointment does not make it the run's own, whatever else it contains."""

    def instead(asked):
        sent = json.loads(asked.body or b"{}") if shown == "what was sent" else {}
        return json_response(201, {**sent, "id": name}) if asked.method == "POST" else None

    with altered("mijnklantportaal", reads, instead=instead) as (reference, target, server):
        name = stranger(reference)
        reason, left = refusal(target, tmp_path)
        assert reference.state.appointments[name]["status"] == "scheduled"
        assert sent_to(server, "DELETE") == []
    assert f"no answer shows that appointment {name} is this run's own" in reason
    assert f"appointment {name} " in left
    assert "so it is not removed" in left


def test_a_run_that_is_given_somebody_elses_appointment_is_not_testable(tmp_path):
    """The run ends with one sentence, sends only reads to that appointment, and names it in the report."""

    def instead(asked):
        return json_response(201, {"id": name}) if asked.method == "POST" else None

    with altered("mijnklantportaal", instead=instead) as (reference, target, server):
        name = stranger(reference)
        result, _ = run(target, journals=tmp_path)
        assert {asked.method for asked in server.asked if name in asked.path} == {"GET"}
    assert result.verdict == "not-testable"
    assert f"no answer shows that appointment {name} is this run's own" in result.reason
    assert f"Left behind by run {result.run_id}: appointment {name}" in result.reason
    (path,) = tmp_path.glob("*/journal-*.jsonl")
    assert [(one.state, one.id) for one in Journal.read(path).remaining] == [("named", name)]


def test_a_profile_of_somebody_else_is_left_alone(tmp_path):
    """A profile that a read shows with another address is not removed, and no appointment is booked for it."""

    def instead(asked):
        return json_response(200, {"data": {"id": name}}) if asked.method == "POST" else None

    with altered("omneo", instead=instead) as (reference, target, server):
        name = reference.profiles[0]
        reason, left = refusal(target, tmp_path)
        assert name in reference.state.profiles
        assert (len(sent_to(server, "POST")), sent_to(server, "DELETE")) == (1, [])
    assert f"no answer shows that profile {name} is this run's own" in reason
    assert "a read shows a record of somebody else there" in left


@pytest.mark.parametrize("kind", ["profiles", "lists"])
def test_a_read_tells_whose_record_it_is_though_the_answer_repeats_the_mark(kind, tmp_path):
    """An answer with the sent values and the id of somebody else's record does not make that the run's own."""

    def instead(asked):
        if asked.method != "POST" or not asked.path.endswith(f"/{kind}"):
            return None
        return json_response(201, {"data": {**json.loads(asked.body), "id": name}})

    with altered("omneo", instead=instead) as (reference, target, server):
        name = getattr(reference, kind)[0]
        reason, left = refusal(target, tmp_path)
        assert not [path for path in sent_to(server, "DELETE") if path.endswith(f"/{name}")]
        assert name in getattr(reference.state, kind)
    assert f"no answer shows that {kind.removesuffix('s')} {name} is this run's own" in reason
    assert "a read shows a record of somebody else there" in left


@pytest.mark.parametrize("api", APIS)
def test_a_read_without_an_address_tells_whose_record_it_is(api, tmp_path):
    """A read that shows other names or another day than the sent ones shows somebody else's record."""
    hidden = ("attendeeEmail", "email", "profile_id", "profile", "notes")

    def instead(asked):
        if asked.method != "POST" or not asked.path.endswith("/appointments"):
            return None
        echoed = {**json.loads(asked.body), "id": name}
        return json_response(201, {"data": echoed} if api == "omneo" else echoed)

    def masked(asked, response):
        if asked.method != "GET" or response[0] != 200:
            return response
        bare = {key: value for key, value in record_in(response).items() if key not in hidden}
        return json_response(200, {"data": bare} if api == "omneo" else bare)

    with altered(api, masked, instead=instead) as (reference, target, server):
        name = stranger(reference) if api == "mijnklantportaal" else "17"
        reason, left = refusal(target, tmp_path)
        assert not [path for path in sent_to(server, "DELETE") if path.endswith(f"/{name}")]
    assert f"no answer shows that appointment {name} is this run's own" in reason
    assert "a read shows a record of somebody else there" in left


def test_a_read_that_lags_is_sent_again(tmp_path):
    """A read that finds nothing yet is repeated, four times at most."""
    number = count()

    def late(asked, response):
        return json_response(404, {"message": "not yet"}) if asked.method == "GET" and next(number) < 3 else response

    with altered("mijnklantportaal", only_the_id, late) as (_, target, server), open_at(target, tmp_path) as made:
        made[0].create(appointments=1, today=TODAY)
        assert len(sent_to(server, "GET")) == 4
        assert made[0].remove_records() == ()


def test_reads_that_never_find_it_prove_nothing(tmp_path):
    """If no read succeeds and the answer contains only an id, the owner of the record is unknown."""
    with altered("mijnklantportaal", only_the_id, no_reads) as (_, target, server):
        reason, left = refusal(target, tmp_path)
        assert (len(sent_to(server, "GET")), sent_to(server, "DELETE")) == (5, [])
    assert "no answer shows that appointment" in reason
    assert "so it is not removed" in left


def test_where_reads_are_not_served_the_answer_is_enough(tmp_path):
    """An answer that shows the mark counts if no read succeeds; each record is read once, without waiting."""
    with altered("mijnklantportaal", no_reads) as (_, target, server), open_at(target, tmp_path) as (provisioner, _):
        made = provisioner.create(appointments=4, today=TODAY)
        assert len(sent_to(server, "GET")) == len(made.appointments) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda record: {**record, "attendeeEmail": f" {record['attendeeEmail'].upper()} "},
        lambda record: {**record, "attendeeEmail": None},
        lambda record: {"data": record},
    ],
    ids=["other case and spaces", "null", "under data"],
)
def test_the_mark_is_recognised_as_servers_show_it(change, tmp_path):
    """Servers may trim an address, change its case, omit it, or put the record under `data`."""

    def changed(asked, response):
        return json_response(201, change(record_in(response))) if asked.method == "POST" else response

    with altered("mijnklantportaal", changed) as (_, target, _), open_at(target, tmp_path) as (provisioner, _):
        assert len(provisioner.create(appointments=2, today=TODAY).appointments) == 2
        assert provisioner.remove_records() == ()


@pytest.mark.parametrize("which", ["fixture", "pending", "foreign", "absent"])
def test_an_id_that_the_target_names_is_not_new(which, tmp_path):
    """An answer that names a fixture, a foreign or the absent appointment, in any case, shows no new record."""

    def instead(asked):
        sent = json.loads(asked.body or b"{}")
        return json_response(201, {**sent, "id": f"apt_{which.upper()}1"}) if asked.method == "POST" else None

    fixtures = MijnKlantportaalFixtures(
        ("apt_fixture1",),
        pending_appointments=("apt_pending1",),
        foreign_appointments=("apt_foreign1",),
        absent_appointment="apt_absent1",
    )
    with altered("mijnklantportaal", instead=instead, fixtures=fixtures) as (_, target, server):
        reason, _ = refusal(target, tmp_path)
        assert [asked.method for asked in server.asked] == ["POST"]
    assert f"does not show a new appointment: it names apt_{which.upper()}1" in reason


def test_the_second_of_two_equal_ids_is_not_new(tmp_path):
    """One profile for two requests, with its id in other letters the second time, is detected."""
    first: list[str] = []

    def same(asked, response):
        if asked.method != "POST":
            return response
        first.append(record_in(response)["id"])
        repeated_id = first[0].upper() if first[1:] else first[0]
        return json_response(201, {"data": {**json.loads(asked.body), "id": repeated_id}})

    with altered("omneo", same) as (_, target, _):
        reason, _ = refusal(target, tmp_path)
    assert "does not show a new profile: it names" in reason


@pytest.mark.parametrize(
    "response",
    [
        lambda name: page(201, b"", Location=f"/v1/appointments/{name}"),
        lambda name: json_response(201, {"result": {"appointment": {"id": name}}}),
        lambda name: json_response(201, [{"id": name}]),
    ],
    ids=["Location", "deep inside", "a list"],
)
def test_an_id_elsewhere_is_none(response, tmp_path):
    """An id in an undocumented place is not used, and the record is named by its sent text."""

    def instead(asked):
        return response("apt_made1") if asked.method == "POST" else None

    with altered("mijnklantportaal", instead=instead) as (_, target, server):
        reason, left = refusal(target, tmp_path)
        assert [asked.method for asked in server.asked] == ["POST"]
    assert "does not show a new appointment" in reason
    assert "@example.com" in left


def test_a_read_of_another_record_shows_nothing(tmp_path):
    """A read that answers with another id than the requested one proves nothing, even with the mark in it."""

    def another(asked, response):
        return json_response(200, {**record_in(response), "id": "apt_another1"}) if asked.method == "GET" else response

    with altered("mijnklantportaal", only_the_id, another) as (_, target, server):
        reason, _ = refusal(target, tmp_path)
        assert sent_to(server, "DELETE") == []
    assert "no answer shows that" in reason


def test_an_appointment_of_a_profile_of_this_run_is_its_own(tmp_path):
    """If Omneo shows no notes, the run's own profile serves as the mark of an appointment."""

    def without_notes(asked, response):
        if asked.path.endswith("/v3/appointments") or "/v3/appointments/" in asked.path:
            shown = record_in(response) if response[2] else None
            bare = shown and {name: value for name, value in shown.items() if name not in {"notes", "profile"}}
            return json_response(response[0], {"data": bare}) if bare else response
        return response

    with altered("omneo", without_notes) as (_, target, _), open_at(target, tmp_path) as (provisioner, journal):
        made = provisioner.create(appointments=2, today=TODAY)
        assert {one.readable for one in journal.remaining if one.id in made.appointments} == {True}


def test_a_record_that_is_read_takes_its_requests_from_the_budget(tmp_path):
    """A record is made only if its read, its removal and the read after that are within the budget as well."""
    for budget in range(9):
        with altered("mijnklantportaal", only_the_id) as (reference, target, server):
            before = records(reference.state)
            cut = replace(target, limits=replace(target.limits, max_requests=budget))
            result, _ = run(cut, journals=tmp_path / str(budget), rounds=0)
            assert records(reference.state)["appointments"] <= before["appointments"]
            assert len(server.asked) <= budget
        assert "Left behind" not in result.reason
