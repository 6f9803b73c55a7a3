"""Reads that lag behind a change are repeated, within limits, and cause no failure; reads that never agree do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.engine.reads import LAG_WAITS
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run
from appointment_conformance.traffic.rate_limits import RateLimiter

MKP = "reference-mijnklantportaal"


@pytest.fixture
def rests(monkeypatch):
    """The seconds that runs wait, without waiting."""
    told = []
    monkeypatch.setattr(RateLimiter, "wait", lambda _, seconds: told.append(seconds))
    return told


def observed(result):
    """Return the observation about lag."""
    return next(one.answer for one in result.observations if one.id == "MKP-OBS-08")


def test_reads_that_lag_are_an_observation(rests):
    """If a later read agrees, nothing fails, and the report says by how much reads lag."""
    with reference_target(MKP, variants=["reads-lag"]) as target:
        result, _ = run(target)
    assert (result.verdict, observed(result)) == ("conformant", "reads lag by up to 0.75 s")
    assert rests == [*LAG_WAITS[:2], *LAG_WAITS[:2]]


def test_reads_that_do_not_lag_cost_nothing(rests):
    """If the first read agrees, it is not repeated."""
    with reference_target(MKP) as target:
        result, exchanges = run(target)
    assert (observed(result), rests) == ("not seen to lag", [])
    assert [one.probe for one in exchanges].count("read/after") == 1


@pytest.mark.parametrize(
    ("fault", "identifier"),
    [
        ("read-after-cancel-says-scheduled", "MKP-CANCEL-09"),
        ("cancel-does-nothing", "MKP-CANCEL-09"),
        ("cancel-moves-the-others", "MKP-CANCEL-10"),
    ],
)
def test_reads_that_never_agree_are_evidence(rests, fault, identifier):
    """The last read counts; a run waits for such a read once, four seconds at most."""
    with reference_target(MKP, faults=[fault]) as target:
        result, _ = run(target, rounds=0)
    verdicts = {one.id: one.verdict for one in result.requirements}
    assert verdicts[identifier] == "failed"
    assert rests == [*LAG_WAITS]
    assert sum(LAG_WAITS) <= 4


def test_a_read_after_a_link_that_never_agrees_is_evidence(rests):
    """The last read after a link counts too; it is waited for once, with the same waits."""
    with reference_target("reference-omneo", faults=["read-after-link-shows-another-location"]) as target:
        result, _ = run(target, rounds=0)
    verdicts = {one.id: one.verdict for one in result.requirements}
    assert (verdicts["OMN-OK-05"], rests) == ("failed", [*LAG_WAITS])


@pytest.mark.parametrize("most", [6, 7])
def test_a_read_that_lags_as_the_run_ends_is_no_evidence(rests, most):
    """If the budget allows no repetition, a stale read causes no failure."""
    with reference_target(MKP, variants=["reads-lag"]) as target:
        limited = replace(target, limits=replace(target.limits, max_requests=most))
        result, exchanges = run(limited)
    assert [one.probe for one in exchanges][-1] == "read/after"
    assert [one.id for one in result.requirements if one.verdict == "failed"] == []
    assert rests
