"""A run judges what it could send, and never passes what it could not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from impostor_server import JSON, impostor, page, passed_on

from appointment_conformance.api import load_apis
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run
from appointment_conformance.targets import Limits
from appointment_conformance.traffic import client
from appointment_conformance.traffic.raw_connection import send_together

pytestmark = pytest.mark.xdist_group("run")

MKP = "reference-mijnklantportaal"


def verdicts(result):
    """Return the verdict of each requirement and operation."""
    return {(one.id, one.operation): one.verdict for one in result.requirements}


@pytest.fixture(scope="module")
def whole():
    """A run of MijnKlantportaal without limits."""
    with reference_target(MKP) as target:
        return run(target)[0]


def test_the_reference_is_conformant(whole):
    """Every requirement of the catalogue has a verdict, and each holds."""
    assert whole.verdict == "conformant"
    assert set(verdicts(whole)) == {
        (one.id, op) for one in load_apis()["mijnklantportaal"].catalogue for op in one.operations
    }
    assert set(verdicts(whole).values()) == {"passed"}


@pytest.mark.parametrize("budget", [3, 5, 8, 14, 20, 24])
def test_a_cut_budget_leaves_requirements_untested(whole, budget):
    """With fewer requests than the run needs, what is cut off is untested with the reason, and nothing fails."""
    with reference_target(MKP) as target:
        result, exchanges = run(replace(target, limits=Limits(max_requests=budget)))
    assert budget < whole.requests
    assert (result.verdict, len(exchanges) <= budget) == ("not-verified", True)
    assert set(verdicts(result).values()) <= {"passed", "untested"}
    assert any("max_requests" in one.reason for one in result.requirements)


def test_a_budget_for_the_preflight_alone_passes_only_what_every_exchange_shows():
    """After three requests no requirement with a scenario beyond the preflight has passed."""
    with reference_target(MKP) as target:
        result, _ = run(replace(target, limits=Limits(max_requests=3)))
    passed = {one.id for one in result.requirements if one.verdict == "passed"}
    assert passed <= {
        one.id for one in load_apis()["mijnklantportaal"].catalogue if set(one.scenarios) <= {"preflight"}
    }


def test_a_spent_budget_before_the_preflight_is_no_green():
    """A budget that does not last for the preflight verifies nothing."""
    with reference_target(MKP) as target:
        result, _ = run(replace(target, limits=Limits(max_requests=1)))
    assert result.verdict in {"not-verified", "not-testable"}


def test_a_target_without_the_second_token_says_what_to_add():
    """Without a token that lacks the permission the 403 requirement is untested and says so."""
    with reference_target(MKP) as target:
        result, _ = run(replace(target, forbidden_token=None))
    assert result.verdict == "not-verified"
    (open_one,) = [one for one in result.requirements if one.id == "MKP-AUTH-05"]
    assert (open_one.verdict, "forbidden_token" in open_one.reason) == ("untested", True)


def test_a_fault_is_found_where_it_is():
    """A defect of the API fails the requirement that it breaks."""
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        result, _ = run(target)
    assert (result.verdict, verdicts(result)["MKP-CANCEL-03", "cancel"]) == ("not-conformant", "failed")


def test_the_same_target_gets_the_same_requests(whole):
    """Two gate runs send the same probes in the same order and come to the same verdicts."""
    with reference_target(MKP) as target:
        first = run(target)[1]
    with reference_target(MKP) as target:
        result, second = run(target)
    assert [one.probe for one in first] == [one.probe for one in second]
    assert verdicts(result) == verdicts(whole)


def test_the_end_of_a_race_changes_no_later_request(monkeypatch):
    """Whichever of a link and an unlink at once comes last, the same probes follow."""

    def in_turn(requests, route, timeouts, *, order):
        answers = {id(one): send_together([one], route, timeouts)[0] for one in requests[::order]}
        return [answers[id(one)] for one in requests]

    played = []
    for order in (1, -1):
        monkeypatch.setattr(client, "send_together", partial(in_turn, order=order))
        with reference_target("reference-omneo") as target:
            result, exchanges = run(target)
        played.append([one.probe for one in exchanges])
        assert result.verdict == "conformant"
    assert played[0] == played[1]


def test_a_forbidden_token_that_is_not_valid_proves_nothing():
    """A 401 says that the token is unknown, unless it may read: what it was given for cannot be judged."""
    with reference_target(MKP) as target:
        result, _ = run(replace(target, forbidden_token="nobody-was-given-this"))
    (told,) = [one for one in result.requirements if one.id == "MKP-AUTH-05"]
    assert (told.verdict, result.verdict) == ("untested", "not-verified")
    assert "give a valid one" in told.reason


def test_a_valid_token_may_be_refused_as_an_unknown_one():
    """No page says how a token without the scope is refused: with 401 it passes where it may read."""
    with reference_target(MKP, variants=["cancel-without-permission-answers-401"]) as target:
        result, exchanges = run(target)
    assert (result.verdict, verdicts(result)["MKP-AUTH-05", "cancel"]) == ("conformant", "passed")
    assert [one.response.status for one in exchanges if one.probe == "read/forbidden"] == [200]


def test_a_read_that_was_put_off_is_asked_again(monkeypatch):
    """A read that the preflight could not get is no sign that reads are not served."""

    def answer(asked):
        put_off = asked.method == "GET" and asked.path.endswith(own) and own not in asked_before
        asked_before.append(own if put_off else "")
        return page(503, b"{}", JSON) if put_off else passed_on(asked, target.base_url)

    monkeypatch.setattr("appointment_conformance.traffic.client.MAX_ATTEMPTS", 1)
    asked_before = []
    with reference_target(MKP) as target, impostor(answer) as server:
        own = target.fixtures.appointments[0]
        result, _ = run(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
    assert own in asked_before
    assert {verdicts(result)[f"MKP-CANCEL-{number}", "cancel"] for number in ("10", "11", "12")} == {"passed"}
