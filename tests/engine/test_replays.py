"""What fails is played again before the target is accused of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from appointment_conformance.engine.known_deviations import KnownDeviation
from appointment_conformance.engine.replays import CLEAN_REPLAYS, confirmed
from appointment_conformance.engine.requirement import MUST, Requirement
from appointment_conformance.engine.verdict import fold
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of, run
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.case import FIRST_TIME
from appointment_reports import RequirementResult

MKP = "reference-mijnklantportaal"
OMNEO = "reference-omneo"
FAILED = RequirementResult("OMN-OK-01", "A title", MUST, "link", "source", "failed", reason="1 of 2 deviate")


def again(*verdicts):
    """Return the results of these rounds."""
    return [replace(FAILED, verdict=verdict, reason=f"it is {verdict}") for verdict in verdicts]


@pytest.mark.parametrize(
    ("rounds", "told"),
    [
        (["failed"], "reproduced 2 of 2"),
        (["passed", "passed"], "unstable: seen in 1 of 3 plays"),
        (["passed", "failed"], "unstable: seen in 2 of 3 plays"),
        (["passed", "untested"], "unstable: seen in 1 of 2 plays"),
        (["untested"], "not replayed: it is untested"),
        (["error"], "not replayed: it is error"),
    ],
)
def test_what_the_replays_showed_is_told(rounds, told):
    """The failure stays a failure, and its reason says how often it was seen in how many plays."""
    result = confirmed(FAILED, again(*rounds), unstable="fail")
    assert (result.verdict, result.reason) == ("failed", f"1 of 2 deviate; {told}")


@pytest.mark.parametrize(
    "rounds",
    [["passed", "passed"], ["passed", "failed"], ["passed", "untested"], ["passed", "passed", "failed"]],
)
def test_what_comes_and_goes_is_an_open_question(rounds):
    """Where the targets file ignores the unstable, it is untested and counts, unless enough replays held."""
    result = confirmed(FAILED, again(*rounds), unstable="ignore")
    assert (result.verdict, result.applicable, result.unstable) == ("untested", True, True)
    assert result.reason.startswith("unstable: seen in")
    assert f"{CLEAN_REPLAYS} replays without it are needed" in result.reason
    verdict, reason = fold([replace(FAILED, verdict="passed", id="OMN-OK-02"), result])
    assert verdict == "not-verified"
    assert "unstable: OMN-OK-01 (link)." in reason


def test_enough_clean_replays_pass_with_a_reserve():
    """What held in every one of three replays passes, and the verdict of the target names it."""
    result = confirmed(FAILED, again(*["passed"] * CLEAN_REPLAYS), unstable="ignore")
    assert (result.verdict, result.unstable) == ("passed", True)
    assert result.reason == "failed once, then held in 3 of 3 replays"
    verdict, reason = fold([result])
    assert (verdict, reason) == ("conformant", "failed once, then held in 3 of 3 replays: OMN-OK-01 (link).")


def test_every_unstable_requirement_is_named():
    """However many failed at first, the reason of the verdict leaves none of them out."""
    held = confirmed(FAILED, again(*["passed"] * CLEAN_REPLAYS), unstable="ignore")
    many = [replace(held, id=f"OMN-OK-{number:02}") for number in range(30)]
    assert all(one.id in fold(many)[1] for one in many)


def test_unstable_advice_that_gates_is_no_green():
    """Advice that decides, failed and then came and went leaves the target not verified, and is named."""
    advice = replace(confirmed(FAILED, again("passed", "failed"), unstable="ignore"), level="SHOULD", binding=True)
    verdict, reason = fold([replace(FAILED, verdict="passed", id="OMN-OK-02"), advice])
    assert (verdict, "OMN-OK-01 (link)" in reason) == ("not-verified", True)


@pytest.mark.parametrize("rounds", [["failed"], ["untested"], []])
def test_ignoring_the_unstable_ignores_nothing_else(rounds):
    """What came back, or could not be played again, still fails."""
    assert confirmed(FAILED, again(*rounds), unstable="ignore").verdict == "failed"


def failures(result):
    """Return the reason of each failed MUST."""
    return {one.id: one.reason for one in result.requirements if one.verdict == "failed" and one.level == MUST}


@pytest.mark.parametrize(
    ("name", "fault", "identifier"),
    [
        (MKP, "cancel-shows-status-cancelled", "MKP-CANCEL-03"),
        (MKP, "cancel-no-message-with-404", "MKP-ERR-01"),
        (OMNEO, "link-refused-and-made", "OMN-EFFECT-01"),
        (OMNEO, "link-leaks-to-others", "OMN-LINK-04"),
        (OMNEO, "unlink-removes-the-newest", "OMN-UNLINK-02"),
    ],
)
def test_a_lasting_defect_is_reproduced(name, fault, identifier):
    """A defect that is always there is seen again with other fixtures."""
    with reference_target(name, faults=[fault]) as target:
        result, _ = run(target)
    assert failures(result)[identifier].endswith("reproduced 2 of 2")


def test_a_conformant_target_is_asked_once():
    """Where nothing fails nothing is played again."""
    with reference_target(MKP) as target:
        once, _ = run(target, rounds=0)
    with reference_target(MKP) as target:
        result, _ = run(target)
    assert result.requests == once.requests <= 60
    assert result.appointments_consumed <= 8


def test_replays_are_shared():
    """Many requirements that fail over the same scenario cost one replay of it."""
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        result, exchanges = run(target)
    assert len(failures(result)) > 1
    assert [one.probe for one in exchanges].count("cancel/first") == 2


def test_without_fresh_data_it_says_what_to_add():
    """A failure that needs another appointment than there is stays failed, and says what to add."""
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        few = replace(target.fixtures, appointments=target.fixtures.appointments[:2])
        result, _ = run(replace(target, fixtures=few))
    reason = failures(result)["MKP-CANCEL-03"]
    assert "not replayed: " in reason
    assert "add one to fixtures.appointments" in reason


def test_replays_keep_to_the_budget():
    """Replays end with the budget, and what they leave open stays failed."""
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        whole, _ = run(target, rounds=0)
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        limits = Limits(max_requests=whole.requests + 1)
        result, exchanges = run(replace(target, limits=limits))
    assert len(exchanges) <= whole.requests + 1
    assert "not replayed: the budget" in failures(result)["MKP-CANCEL-03"]


@pytest.mark.parametrize(
    ("unstable", "appointments", "verdict", "told"),
    [
        ("fail", 8, "failed", "unstable: seen in 1 of 3 plays"),
        ("ignore", 8, "passed", "failed once, then held in 3 of 3 replays"),
        ("ignore", 3, "untested", "unstable: seen in 1 of 3 plays; 3 replays without it are needed; "),
    ],
)
def test_what_does_not_come_back_is_unstable(unstable, appointments, verdict, told):
    """A failure of the first play alone is counted as the targets file says; too few fixtures leave it open."""
    plays = count()

    def first_only(evidence):
        once = next(plays)
        for seen in evidence.seen("valid", case=FIRST_TIME):
            evidence.expect(seen, holds=once > 0, code="odd", expected="the usual", actual="something else")

    flaky = Requirement("MKP-CANCEL-01", MUST, ("cancel",), "source", ("life cycle",), "A statement.", first_only)
    with reference_target(MKP) as target:
        few = replace(target.fixtures, appointments=target.fixtures.appointments[:appointments])
        conductor = conductor_of(replace(target, unstable=unstable, fixtures=few))
        conductor.play([(flaky, "cancel")])
        result = conductor.evaluate(flaky, "cancel")
        conductor.close()
    assert result.verdict == verdict
    assert told in result.reason


def test_a_declared_failure_is_not_played_again():
    """What the owner knows costs no further requests and no appointments."""
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        first, _ = run(target, rounds=0)
    known = [_entry(one) for one in first.requirements if one.verdict == "failed"]
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        result, _ = run(target, known=known)
    assert (result.verdict, result.requests) == ("conformant-with-deviations", first.requests)


@pytest.mark.parametrize("name", [OMNEO])
def test_what_earlier_runs_left_changes_nothing(name):
    """A second and a third run over the same fixtures come to the verdict of the first."""
    with reference_target(name) as target:
        verdicts = [run(target)[0].verdict for _ in range(3)]
    assert verdicts == ["conformant"] * 3


def _entry(result):
    print_ = result.failure.fingerprint
    return KnownDeviation(
        result.id, result.operation, print_, "why", "T-1", "us", date(2999, 1, 1), "known.yaml, line 1"
    )
