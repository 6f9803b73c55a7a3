"""An API of another package makes and removes fixtures with the suite's journal, policy and clean-up."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from impostor_server import JSON, impostor, page
from own_targets import MKP, local

from appointment_conformance.api import provisioning_of
from appointment_conformance.errors import ConfigurationError, RequestRefused
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.provisioning.mark import MarkPlaces, address_of, mark_of, record_of
from appointment_conformance.provisioning.policy import ProvisioningPolicy
from appointment_conformance.provisioning.provisioner import LazyProvisioner, Provisioner
from appointment_conformance.provisioning.record_specs import RecordSpec
from appointment_conformance.provisioning.spec import Provisioning, Removal
from appointment_conformance.targets import Fixtures
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.recording import Recording

ROOMS = {"room": "/rooms", "booking": "{room}/bookings"}
TODAY = date(2030, 1, 1)


def fixtures(context):
    """Make a room and two bookings in it."""
    mark = mark_of(context.run_id, 1)
    form, body = re.compile("[a-z][0-9]+"), {"guestEmail": address_of(mark)}
    room = context.make(RecordSpec("room", "/rooms", body, form, mark))
    made = [
        context.make(RecordSpec("booking", f"/rooms/{room}/bookings", {**body, "room": room}, form, mark))
        for _ in range(2)
    ]
    return Fixtures(tuple(made))


BOOKINGS = Provisioning(
    make=fixtures,
    max_records=3,
    collections=ROOMS,
    removal=Removal(
        is_documented=lambda _, seen: seen.status == 200 and (record_of(seen) or {}).get("state") == "off",
        is_done=lambda record: record.get("state") == "off",
        method="POST",
        path="{record}/cancel",
    ),
    marks=MarkPlaces(addresses=("guestEmail",)),
    named=lambda target: {"booking": target.fixtures.appointments},
    references={"room": "room"},
    lasting=frozenset({"room"}),
)


class Hotel:
    """The server of that API as a function from request to answer; it serves no other path."""

    def __init__(self):
        """Begin without records."""
        self.records = {}

    def __call__(self, asked):
        """Make, cancel or read a record."""
        path = asked.path.removeprefix("/v1")
        if asked.method == "POST" and path.endswith("/cancel"):
            self.records[path.removesuffix("/cancel")]["state"] = "off"
            return self.shown(200, path.removesuffix("/cancel"))
        if asked.method == "POST":
            number = f"r{len(self.records) + 1}"
            self.records[f"{path}/{number}"] = {"id": number, "state": "on", **json.loads(asked.body)}
            return self.shown(201, f"{path}/{number}")
        return self.shown(200, path)

    def shown(self, status, path):
        """Return the answer that shows a record."""
        return page(status, json.dumps(self.records[path]).encode(), JSON)


@pytest.fixture
def hotel(tmp_path):
    """Yield the server, a client of it without a policy of the run, and a journal."""
    answer = Hotel()
    with impostor(answer) as server:
        target = local(replace(MKP, api="bookings", provision=object()), server.port)
        journal = Journal.start(tmp_path, target, run_id="r1")
        policy = ProvisioningPolicy(BOOKINGS, journal)
        client = Client(target, policy=policy, run_id="r1", recording=Recording())
        yield answer, target, client, journal, server
        client.close()
        journal.close()


def test_records_are_made_and_removed_as_their_api_says(hotel):
    """Made records are removed by the API's own request, and lasting records are named."""
    answer, target, client, journal, server = hotel
    provisioner = Provisioner(target, client, journal, BOOKINGS)
    assert provisioner.create(appointments=2, today=TODAY).appointments == ("r2", "r3")
    (left,) = provisioner.remove_records()
    assert (left.message.startswith("room r1"), left.removable) == (True, False)
    cancels = [asked.path for asked in server.asked if asked.path.endswith("/cancel")]
    assert cancels == ["/v1/rooms/r1/bookings/r3/cancel", "/v1/rooms/r1/bookings/r2/cancel"]
    assert [one["state"] for one in answer.records.values()] == ["on", "off", "off"]


def test_a_run_that_was_killed_is_cleaned_up_after(hotel):
    """A journal that is read from its file leads to the same removals."""
    answer, target, client, journal, _ = hotel
    Provisioner(target, client, journal, BOOKINGS).create(appointments=2, today=TODAY)
    journal.close()
    found = Journal.read(journal.path)
    found.unlock(target.token)
    assert [one.lasting for one in found.entries] == [True, False, False]
    (left,) = Provisioner(target, client, found, BOOKINGS).remove_records()
    assert left.message.startswith("room r1")
    assert [one["state"] for one in answer.records.values()] == ["on", "off", "off"]


def test_no_more_records_are_made_than_the_api_says(hotel):
    """Making more records than `max_records` is a defect of the package, and no further record is made."""
    answer, target, client, journal, _ = hotel
    few = replace(BOOKINGS, max_records=2)
    with pytest.raises(RequestRefused, match="2 records at most"):
        Provisioner(target, client, journal, few).create(appointments=2, today=TODAY)
    assert len(answer.records) == 2


@pytest.mark.parametrize(
    ("method", "path", "fields", "allowed"),
    [
        ("POST", "/rooms", {"guestEmail": "a@example.com"}, True),
        ("POST", "/rooms/r1/bookings", {"room": "r1"}, True),
        ("POST", "/rooms/r1/bookings/r2/cancel", None, True),
        ("GET", "/rooms/r1", None, True),
        ("POST", "/rooms", {"guestEmail": "a@example.org"}, False),
        ("POST", "/rooms", {"guestEmail": None}, False),
        ("POST", "/rooms", {"more": {"copy": ["a@example.org"]}}, False),
        ("POST", "/rooms", ["a"], False),
        ("POST", "/rooms/r9/bookings", {}, False),
        ("POST", "/rooms/r1/bookings", {"room": "r9"}, False),
        ("POST", "/rooms/{room}/bookings", {}, False),
        ("POST", "/rooms/r1/cancel", None, False),
        ("DELETE", "/rooms/r1/bookings/r2", None, False),
        ("POST", "/rooms/r1/bookings/r3/cancel", None, False),
        ("POST", "/rooms/r1/bookings/r2/cancel", {"all": True}, False),
        ("POST", "/appointments", {}, False),
        ("POST", "/v3/profiles", {}, False),
    ],
)
def test_only_what_makes_reads_or_removes_own_records_is_let_out(tmp_path, method, path, fields, allowed):
    """Collections, removal and references come from the API; a lasting record is not removed."""
    journal = Journal.start(tmp_path, MKP, run_id="r1")
    journal.record_made(journal.record_intent("room", "mark", lasting=True), "/rooms/r1")
    journal.record_made(journal.record_intent("booking", "mark"), "/rooms/r1/bookings/r2")
    body = None if fields is None else json.dumps(fields).encode()
    reason = ProvisioningPolicy(BOOKINGS, journal).refusal(method, path, body)
    journal.close()
    assert (reason is None) is allowed


def test_a_record_that_lasts_is_not_removed_under_another_kind(tmp_path):
    """A lasting record is recognised by its path even if the journal has another kind for it."""
    journal = Journal.start(tmp_path, MKP, run_id="r1")
    journal.record_made(journal.record_intent("booking", "mark"), "/rooms/r1")
    assert ProvisioningPolicy(BOOKINGS, journal).refusal("POST", "/rooms/r1/cancel", None) is not None
    journal.close()


def test_a_journal_of_an_earlier_version_is_read(tmp_path):
    """Lines of an earlier version do not say which records last; only the one known kind counts as lasting."""
    lines = [
        {"run_id": "r1", "target": "omneo", "api": "omneo", "base_url": "https://api.example.com/api"},
        {"number": 1, "kind": "list definition", "mark": "m", "state": "made", "path": "/v3/lists/definitions/7"},
        {"number": 2, "kind": "list", "mark": "m", "state": "made", "path": "/v3/profiles/p/lists/8", "readable": True},
    ]
    path = tmp_path / "journal-r1.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    read = Journal.read(path)
    assert [(one.kind, one.lasting, one.removable) for one in read.entries] == [
        ("list definition", True, False),
        ("list", False, True),
    ]


def test_an_api_that_makes_no_fixtures_is_a_clear_error(tmp_path):
    """If an API without provisioning is asked to make fixtures, the sentence says to remove `provision`."""
    with pytest.raises(ConfigurationError, match="no API `bookings`"):
        provisioning_of("bookings")
    provisioner = LazyProvisioner(None, tmp_path, run_id="r1", provisioning=None)
    with pytest.raises(ConfigurationError, match="remove `provision`"):
        provisioner.create(replace(MKP, provision=object()), appointments=2)
    assert list(tmp_path.iterdir()) == []
