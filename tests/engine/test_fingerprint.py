"""A fingerprint is the same from run to run, and another one for another failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appointment_conformance.engine.evidence import Deviation
from appointment_conformance.engine.fingerprint import fingerprint, is_outdated
from appointment_conformance.engine.requirement import MUST, Requirement
from appointment_conformance.traffic.case import NO_CASE, Case, Moment
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import Exchange, Request, Response

REQUIREMENT = Requirement("OMN-TYPE-01", MUST, ("link",), "source", ("scene",), "A statement.", lambda _: None)
UNKNOWN, UPPER_CASE = (Case("type", name, "type-alias") for name in ("unknown", "upper-case"))
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def deviation(*codes, number=1, case=UNKNOWN, kind="near-miss", moment=None, actual="status 200"):
    """Return a deviation of a link with these codes, or with that of a status."""
    probe = Probe(f"link/{number}", "link", kind, "POST", "/v3/appointments/900001/link", case=case, moment=moment)
    request = Request("POST", "https://api.example.com/api/v3/appointments/900001/link")
    exchange = Exchange(number, "scene", probe.name, "link", request, Response(200), WHEN, 0.1)
    return Deviation(ProbeResult(probe, exchange), codes or ("status-200",), "status 422", actual)


def print_of(*deviations):
    """Return the fingerprint of a failure of OMN-TYPE-01."""
    return fingerprint(REQUIREMENT, "link", deviations)


def test_it_is_short_text_in_yaml():
    """It is the version and three groups of four hexadecimal digits, which no YAML reader takes for a number."""
    version, *groups = print_of(deviation()).split("-")
    assert version == "2"
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set("0123456789abcdef")


def test_order_and_numbers_of_exchanges_leave_no_trace():
    """The same deviations at other places of the run, and one seen more often, are the same failure."""
    one, other = deviation(), deviation(case=UPPER_CASE)
    assert print_of(one, other) == print_of(replace(other), deviation(number=77), one)


def test_the_wording_leaves_no_trace():
    """What a report says of a deviation may be said in other words."""
    reworded = replace(deviation(), expected="a refusal", actual="it was taken, with id 77")
    assert print_of(deviation()) == print_of(reworded)


def test_a_drawn_case_is_one_of_its_class():
    """Which values a seed has drawn of a class leaves no trace."""
    assert print_of(deviation(case=UPPER_CASE)) == print_of(deviation(case=replace(UPPER_CASE, drawn=3)))


def test_the_order_of_codes_leaves_no_trace():
    """Two codes of one answer are the same failure either way round, and another one than each of them."""
    both = print_of(deviation("changed:/startsAt", "changed:/status"))
    assert both == print_of(deviation("changed:/status", "changed:/startsAt"))
    assert both != print_of(deviation("changed:/status"))


@pytest.mark.parametrize(
    "other",
    [
        deviation("status-500"),
        deviation("missing-link"),
        deviation("schema:/data/id/type"),
        deviation(case=UPPER_CASE),
        deviation(kind="generated"),
        deviation(kind="read", case=NO_CASE),
        deviation(kind="read", case=NO_CASE, moment=Moment.AFTER),
    ],
)
def test_another_failure_has_another_one(other):
    """Another status, another code, another probe: each is another failure."""
    assert print_of(deviation()) != print_of(other)


def test_requirement_and_operation_belong_to_it():
    """The same observation under another requirement or operation is another failure."""
    failure = [deviation()]
    other = replace(REQUIREMENT, id="OMN-TYPE-02")
    ofs = ((REQUIREMENT, "link"), (other, "link"), (REQUIREMENT, "unlink"))
    assert len({fingerprint(*of, failure) for of in ofs}) == 3


def test_of_a_rule_about_every_exchange_the_probes_do_not_count():
    """What earlier runs left adds probes, and with them exchanges that break such a rule in the same way."""
    rule = replace(REQUIREMENT, scenarios=())
    few, more = [deviation()], [deviation(), deviation(kind="question", case=NO_CASE)]
    assert fingerprint(rule, "link", few) == fingerprint(rule, "link", more)
    assert fingerprint(rule, "link", few) != fingerprint(rule, "link", [deviation("status-500")])


@pytest.mark.parametrize(
    ("text", "is_old"),
    [("0a1b-2c3d-4e5f", True), ("2-0a1b-2c3d-4e5f", False), ("", False), ("0a1b-2c3d-4e5f-0000", False)],
)
def test_the_form_tells_the_version(text, is_old):
    """Fingerprints of version 1 have no number in front; what is no fingerprint at all is none of them."""
    assert is_outdated(text) is is_old


def test_what_is_made_now_is_not_outdated():
    """A fingerprint of today's form is never taken for an old one."""
    assert not is_outdated(print_of(deviation()))
