"""Advice decides where the targets file says so, and there alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run
from appointment_conformance.targets.target import Target

pytestmark = pytest.mark.xdist_group("advice gates")


@pytest.fixture(scope="module")
def judged():
    """Judge a server that breaks advice, `cancel-no-challenge`, under one value of `advice`."""

    def judging(advice):
        with reference_target("reference-mijnklantportaal", faults=["cancel-no-challenge"]) as target:
            result, _ = run(replace(target, advice=advice))
        return result, next(one for one in result.requirements if one.id == "HTTP-02")

    return judging


def test_advice_that_is_ignored_fails_nothing(judged):
    """The target is conformant, and the advice is told; it is not played again, since it accuses nobody."""
    result, advice = judged("ignore")
    assert (result.verdict, result.reason) == ("conformant", "")
    assert (advice.verdict, advice.gates) == ("failed", False)
    assert "reproduced" not in advice.reason


def test_advice_that_gates_fails_the_target_after_it_came_back(judged):
    """The target is not conformant, by advice alone, and what deviates was played again first."""
    result, advice = judged("fail")
    assert result.verdict == "not-conformant"
    assert "SHOULD requirements, which gate here, do not hold: HTTP-02 (cancel)." in result.reason
    assert "MUST" not in result.reason
    assert (advice.verdict, advice.gates) == ("failed", True)
    assert advice.reason.endswith("reproduced 2 of 2")


@pytest.mark.parametrize(("entry", "advice"), [({}, "ignore"), ({"advice": "fail"}, "fail")])
def test_advice_is_ignored_unless_said(entry, advice):
    """A targets file that says nothing of advice ignores it."""
    data = {"api": "omneo", "base_url": "https://api.example.com/api", "token": "t", **entry}
    assert Target.from_dict("one", data, load_apis()["omneo"].form).advice == advice
