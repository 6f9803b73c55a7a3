"""A fingerprint is the same from run to run, and another one for another failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appointment_conformance.engine.evidence import Deviation
from appointment_conformance.engine.fingerprint import fingerprint
from appointment_conformance.engine.requirement import MUST, Requirement
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Seen
from appointment_reports import Exchange, Request, Response

REQUIREMENT = Requirement("OMN-TYPE-01", MUST, ("link",), "source", ("scene",), "A statement.", lambda _: None)
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
OBJECTION = (
    'Response violates schema: {} is not of type "integer" Validated against the response schema for status code 200. '
    'Schema at {}: {{ "type": "integer" }} Value: {}'
)


def deviation(expected="status 422", actual="status 200", *, number=1, of="type/unknown", kind="near-miss"):
    """Return a deviation of a link."""
    probe = Probe(f"link/{number}", "link", kind, "POST", "/v3/appointments/900001/link", of=of)
    request = Request("POST", "https://api.example.com/api/v3/appointments/900001/link")
    exchange = Exchange(number, "scene", probe.name, "link", request, Response(200), WHEN, 0.1)
    return Deviation(Seen(probe, exchange), expected, actual)


def print_of(*deviations):
    """Return the fingerprint of a failure of OMN-TYPE-01."""
    return fingerprint(REQUIREMENT, "link", deviations)


def test_it_is_short_text_in_yaml():
    """It is three groups of four hexadecimal digits, which no YAML reader takes for a number."""
    groups = print_of(deviation()).split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set("0123456789abcdef")


def test_order_and_numbers_of_exchanges_leave_no_trace():
    """The same deviations at other places of the run, and one seen more often, are the same failure."""
    one, other = deviation(), deviation(of="type/upper-case")
    assert print_of(one, other) == print_of(replace(other), deviation(number=77), one)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id 900001", "id 900002"),
        ("profile 9b461544-f0db-44b6-8a11-0242ac120002", "profile 9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55"),
        ("apt_own0001 as it was", "apt_own0002 as it was"),
        ("apt_01J9-AB as it was", "apt_c.d~e as it was"),
        ("startsAt '2026-03-01T10:00:00'", "startsAt '2027-12-24T08:30:00'"),
        ("17 bytes", "1234 bytes"),
        ("still profile 12, list 204", "still list 317"),
        ("changed: startsAt, status", "changed: status, startsAt"),
        (OBJECTION.format('"900001"', "/Appointment/id", "x"), OBJECTION.format('"77"', "/Appointment/id", "y")),
    ],
)
def test_what_differs_from_run_to_run_leaves_no_trace(before, after):
    """Ids, times, lengths and the links that were there before are not what failed."""
    assert print_of(deviation(actual=before)) == print_of(deviation(actual=after))


@pytest.mark.parametrize(
    "other",
    [
        deviation(actual="status 500"),
        deviation(expected="status 404"),
        deviation(of="type/upper-case"),
        deviation(kind="generated"),
        deviation(actual="status 200 and 'scheduled'"),
    ],
)
def test_another_failure_has_another_one(other):
    """Another status, another probe, another value of a member: each is another failure."""
    assert print_of(deviation()) != print_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OBJECTION.format("1", "/Appointment/id", "x"), OBJECTION.format("1", "/Appointment/links", "x")),
        ("changed: startsAt", "changed: endsAt"),
        ("profile 12, list 204", "no links"),
        (r"App\Models\Profile 12", "profile 12"),
    ],
)
def test_another_place_is_another_failure(one, other):
    """What is wrong with the answer is told apart by member, type and place in the schema."""
    assert print_of(deviation(actual=one)) != print_of(deviation(actual=other))


def test_requirement_and_operation_belong_to_it():
    """The same observation under another requirement or operation is another failure."""
    failure = [deviation()]
    other = replace(REQUIREMENT, id="OMN-TYPE-02")
    ofs = ((REQUIREMENT, "link"), (other, "link"), (REQUIREMENT, "unlink"))
    assert len({fingerprint(*of, failure) for of in ofs}) == 3


def test_of_a_rule_about_every_exchange_the_probes_do_not_count():
    """What earlier runs left adds probes, and with them exchanges that break such a rule in the same way."""
    rule = replace(REQUIREMENT, scenarios=())
    few, more = [deviation()], [deviation(), deviation(kind="question", of="")]
    assert fingerprint(rule, "link", few) == fingerprint(rule, "link", more)
    assert fingerprint(rule, "link", few) != fingerprint(rule, "link", [deviation(actual="status 500")])


def test_the_order_of_objections_leaves_no_trace():
    """Two objections of the schema to one answer are the same failure either way round."""
    one, other = OBJECTION.format("1", "/id", "x"), OBJECTION.format("1", "/links", "x")
    both = print_of(deviation(actual=f"{one}; {other}"))
    assert both == print_of(deviation(actual=f"{other}; {one}"))
    assert both != print_of(deviation(actual=one))
