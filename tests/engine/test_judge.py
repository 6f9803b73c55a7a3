"""The judge lets a requirement pass on whole evidence alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from own_targets import OMNEO

from appointment_conformance.codes import Violation
from appointment_conformance.engine import SHOULD, Evidence, NotApplicable
from appointment_conformance.engine.evaluation import evaluate
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.traffic.case import NO_CASE, SECOND, Case, Moment
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import Exchange, Request, Response
from appointment_specs.omneo import CONTRACT

WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def seen(number, status, *, kind="valid", operation="link", case=NO_CASE, moment=None):
    """Return an exchange with this status, None for no response."""
    probe = Probe(
        f"{operation}/{number}", operation, kind, "POST", "/v3/appointments/900001/link", case=case, moment=moment
    )
    request = Request("POST", "https://api.example.com/api/v3/appointments/900001/link")
    response = None if status is None else Response(status)
    error = "timed out" if status is None else None
    return ProbeResult(probe, Exchange(number, "scene", probe.name, operation, request, response, WHEN, 0.1, error))


def expecting_200(evidence):
    """Expect 200 of every valid probe."""
    for one in evidence.seen("valid"):
        evidence.expect_status(one, 200)


def judged(*exchanges, by=expecting_200, unfinished=(), scenarios=("scene",), level="MUST"):
    """Judge these exchanges of link by one function."""
    one = Requirement("OMN-OK-01", level, ("link",), "source", scenarios, "A statement.", by)
    evidence = Evidence(
        OMNEO, "link", exchanges, contract=CONTRACT, contract_check=lambda check, _: Violation(("a-code",), check)
    )
    return evaluate(one, evidence, unfinished=dict(unfinished))


def test_whole_evidence_passes():
    """A requirement that every witness shows has passed, and says by how many."""
    result = judged(seen(1, 200), seen(2, 200))
    assert (result.verdict, result.witnesses, result.failure) == ("passed", 2, None)


def test_a_deviation_fails_with_its_exchange():
    """One deviating exchange among many is a failure with expected, actual, exchange and a line to replay it."""
    result = judged(seen(1, 200), seen(2, 404), seen(3, 500))
    assert result.verdict == "failed"
    assert result.failure.expected == "status 200"
    assert result.failure.actual == "status 404, for link/2 (also link/3)"
    assert result.failure.exchange.number == 2
    assert result.failure.curl.startswith("curl ")


def test_the_line_to_replay_takes_the_route_of_the_target(monkeypatch):
    """Through the proxy that the target names, curl sends what the run has sent."""
    monkeypatch.setitem(globals(), "OMNEO", replace(OMNEO, proxy="http://proxy.example.com:3128"))
    assert " --proxy http://proxy.example.com:3128 " in judged(seen(1, 404)).failure.curl


@pytest.mark.parametrize("other", [seen(2, None), seen(2, 429), seen(2, 200)])
def test_a_deviation_beats_missing_evidence(other):
    """What has failed stays failed, whatever else is unfinished or unanswered."""
    assert judged(seen(1, 404), other, unfinished=[("scene", "budget")]).verdict == "failed"


def test_an_unfinished_scenario_leaves_it_untested():
    """Half the evidence passes nothing; the reason is the scenario's."""
    result = judged(seen(1, 200), unfinished=[("scene", "the budget is spent"), ("another", "no matter")])
    assert (result.verdict, result.reason) == ("untested", "the budget is spent")


def test_another_scenario_may_be_unfinished():
    """A scenario that the requirement does not need takes nothing from it."""
    assert judged(seen(1, 200), unfinished=[("another", "no matter")]).verdict == "passed"


@pytest.mark.parametrize("exchanges", [(), (seen(1, 200, kind="path"),), (seen(1, 200, operation="unlink"),)])
def test_without_a_witness_it_is_untested(exchanges):
    """No exchange of the right kind and operation is no witness, and without one nothing passes."""
    result = judged(*exchanges)
    assert (result.verdict, result.witnesses) == ("untested", 0)
    assert result.applicable


@pytest.mark.parametrize("status", [None, 429, 503])
def test_an_unanswered_probe_is_an_error(status):
    """A probe without an answer that can be judged makes an error of an otherwise whole evidence."""
    result = judged(seen(1, 200), seen(2, status))
    assert result.verdict == "error"
    assert "link/2" in result.reason


def test_a_rule_about_every_exchange_does_without_the_unanswered():
    """A requirement about every exchange looks at those that were answered."""
    assert judged(seen(1, 200), seen(2, None), scenarios=()).verdict == "passed"


def test_a_condition_that_does_not_hold_decides_nothing():
    """A requirement whose condition does not hold is untested and gates nothing."""

    def conditional(_):
        raise NotApplicable("no reads are served")

    result = judged(seen(1, 200), by=conditional)
    assert (result.verdict, result.applicable) == ("untested", False)
    assert "no reads are served" in result.reason


def test_what_the_target_lacks_is_said():
    """A requirement that the target has no means for is untested with the remedy, and still open."""
    result = judged(seen(1, 200), by=lambda evidence: evidence.need(None, "add a forbidden_token."))
    assert (result.verdict, result.reason, result.applicable) == ("untested", "add a forbidden_token.", True)


def test_an_optional_key_that_is_missing_decides_nothing():
    """A requirement that needs an optional key is untested with the remedy, and leaves nothing open."""
    result = judged(seen(1, 200), by=lambda evidence: evidence.need_optional((), "add expired_token."))
    assert (result.verdict, result.reason, result.applicable) == ("untested", "add expired_token.", False)
    assert result.remedy == "add expired_token."


def test_an_optional_key_that_is_there_is_judged_as_usual():
    """With the key a requirement without evidence is open, and one with evidence is judged by it."""

    def by(evidence):
        evidence.need_optional("a token", "add expired_token.")
        expecting_200(evidence)

    open_one, whole = judged(by=by), judged(seen(1, 200), by=by)
    assert (open_one.verdict, open_one.applicable, open_one.remedy) == ("untested", True, "")
    assert whole.verdict == "passed"


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [((401, 401), "untested"), ((401, 404), "untested"), ((401, 200), "failed"), ((401, 403), "failed")],
)
def test_a_token_that_nothing_knows_accuses_nobody(statuses, verdict):
    """A token answered 401 everywhere is not valid; one that something has looked up and found is judged."""
    probed, read = statuses

    def by(evidence):
        evidence.need_valid_token("second_token", SECOND)
        for one in evidence.seen("second"):
            evidence.expect_status(one, 200)

    result = judged(seen(1, probed, kind="second", case=SECOND), seen(2, read, kind="read", case=SECOND), by=by)
    assert result.verdict == verdict
    assert (verdict == "failed") is ("give a valid one" not in result.reason)


def test_probes_are_picked_by_case_and_moment():
    """Probes are picked by one case or several, a drawn value by its class, and looks by their moment."""
    one, other = Case("type", "unknown"), Case("type", "upper-case")
    exchanges = [
        seen(1, 200, case=one),
        seen(2, 200, case=other),
        seen(3, 200, case=replace(one, drawn=2)),
        seen(4, 200, moment=Moment.AFTER),
    ]
    evidence = Evidence(OMNEO, "link", tuple(exchanges), contract=CONTRACT, contract_check=lambda *_: None)

    def numbers(**picked):
        return [found.number for found in evidence.seen("valid", **picked)]

    assert numbers(case=one) == [1, 3]
    assert numbers(case={one, other}) == [1, 2, 3]
    assert numbers(moment=Moment.AFTER) == [4]
    assert numbers(case=one, moment=Moment.AFTER) == []


def test_reads_and_questions_are_evidence_only_by_name():
    """A rule about every answer sees no read, no setup and no question; who names a kind sees it."""
    kinds = ("valid", "read", "setup", "question", "method")
    exchanges = tuple(seen(number, 500, kind=kind) for number, kind in enumerate(kinds))
    evidence = Evidence(OMNEO, "link", exchanges, contract=CONTRACT, contract_check=lambda *_: None)
    assert [one.probe.kind for one in evidence.seen()] == ["valid", "method"]
    assert [one.probe.kind for one in evidence.seen("read", "question")] == ["read", "question"]


def test_an_objection_of_the_contract_is_a_deviation():
    """What the contract's schema has against an exchange is what the failure shows."""
    result = judged(seen(1, 200), by=lambda evidence: evidence.expect_contract(evidence.everything[0], "a check"))
    assert (result.verdict, result.failure.actual) == ("failed", "a check, for link/1")


def test_advice_keeps_its_level():
    """A SHOULD that does not hold has failed as SHOULD."""
    result = judged(seen(1, 404), level=SHOULD)
    assert (result.verdict, result.level) == ("failed", "SHOULD")
