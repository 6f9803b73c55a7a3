"""A cancel without an answer, and appointments that an earlier run used up, do not lead to a failure."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from impostor_server import JSON, impostor, page, passed_on

from appointment_conformance.api import load_apis
from appointment_conformance.engine.context import PUT_OFF_SECONDS
from appointment_conformance.engine.events import ScenarioBegan
from appointment_conformance.engine.requirement import MUST, SHOULD, Requirement
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of, run
from appointment_conformance.traffic.client import MAX_CONSECUTIVE_UNANSWERED, RECONNECTS
from appointment_conformance.traffic.rate_limits import RateLimiter

MKP = "reference-mijnklantportaal"


def losing_first_cancels(target, *, obeyed, most=1):
    """Forward everything, but close the connection of the first cancels, before or after the API has acted."""
    lost = []

    def answer(asked):
        fixture = asked.path.rsplit("/", 1)[1] in target.fixtures.appointments
        valid = asked.headers.get("authorization") == f"Bearer {target.token}"
        if asked.method != "DELETE" or not fixture or not valid or len(lost) >= most:
            return passed_on(asked, target.base_url)
        lost.append(asked)
        if obeyed:
            passed_on(asked, target.base_url)
        return None

    return answer


def gone_in_the_middle(target):
    """Forward everything until the first PUT, in the middle of `essentials`; answer nothing after it."""
    gone = []

    def answer(asked):
        gone.extend(["PUT"] if asked.method == "PUT" else [])
        return None if gone else passed_on(asked, target.base_url)

    return answer


@pytest.mark.parametrize("variants", [[], ["no-reads"]], ids=["reads", "no reads"])
@pytest.mark.parametrize("obeyed", [True, False], ids=["obeyed", "not obeyed"])
def test_an_unanswered_cancel_is_tried_with_another_appointment(variants, obeyed):
    """The outcome is not guessed: another appointment is cancelled instead, and the API is judged by that one."""
    with (
        reference_target(MKP, variants=variants) as target,
        impostor(losing_first_cancels(target, obeyed=obeyed)) as server,
    ):
        result, _ = run(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
    assert result.verdict == "conformant"
    assert {"failed", "error"}.isdisjoint(one.verdict for one in result.requirements)


def test_cancels_that_stay_unanswered_are_settled_by_asking():
    """If the next cancel has no answer either, a read asks for the outcome, and nothing fails."""
    with reference_target(MKP) as target, impostor(losing_first_cancels(target, obeyed=True, most=2)) as server:
        result, exchanges = run(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
    verdicts = {one.id: one.verdict for one in result.requirements}
    assert "failed" not in verdicts.values()
    assert (result.verdict, verdicts["MKP-CANCEL-01"]) == ("not-verified", "error")
    assert any("unanswered" in one.probe for one in exchanges)


@pytest.mark.parametrize(
    ("identifier", "level", "verdict"),
    [("MKP-CANCEL-01", MUST, "error"), ("MKP-CANCEL-01", SHOULD, "untested"), ("MKP-NEW-01", MUST, "untested")],
    ids=["it decides", "advice", "unproven"],
)
def test_what_decides_nothing_is_never_an_error(identifier, level, verdict):
    """Where no answer came, advice and what is unproven are untested: a red case would contradict the verdict."""
    judge = next(one.check for one in load_apis()["mijnklantportaal"].catalogue if one.id == "MKP-CANCEL-01")
    asked = Requirement(identifier, level, ("cancel",), "source", ("life cycle",), "A statement.", judge)
    with reference_target(MKP) as target, impostor(losing_first_cancels(target, obeyed=True, most=2)) as server:
        conductor = conductor_of(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
        conductor.play([(asked, "cancel")])
        result = conductor.evaluate(asked, "cancel")
        conductor.close()
    assert (result.verdict, result.applicable) == (verdict, identifier != "MKP-NEW-01")
    assert "got no answer to judge" in result.reason


@pytest.mark.usefixtures("no_waits")
def test_a_lost_target_ends_the_run():
    """Once the target has stopped answering no scenario runs, and the earlier verdicts stay."""
    began = []
    with (
        reference_target(MKP) as target,
        impostor(gone_in_the_middle(target)) as server,
    ):
        conductor = conductor_of(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
        conductor.subscribe(lambda event: began.append(event.name) if isinstance(event, ScenarioBegan) else None)
        conductor.play()
        results = [conductor.evaluate(one, "cancel") for one in load_apis()["mijnklantportaal"].catalogue]
        conductor.close()
        played = list(dict.fromkeys(one.scenario for one in conductor.recording.exchanges))
    assert began == ["preflight", "life cycle", "essentials"]
    assert [name for name in played if name != "absence"] == began
    reasons = {one.id: one.reason for one in results if one.verdict == "untested"}
    assert all("the target stopped answering" in reason for reason in reasons.values())
    assert {"MKP-AUTH-01", "MKP-RACE-01"} <= set(reasons)
    assert {one.id for one in results if one.verdict == "passed"} >= {"MKP-CANCEL-01", "MKP-CANCEL-03"}


@pytest.mark.usefixtures("no_waits")
def test_a_lost_target_is_not_played_at_again():
    """A failure from before the target was lost stays, says that it was not replayed, and costs no further requests."""
    with (
        reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target,
        impostor(gone_in_the_middle(target)) as server,
    ):
        result, exchanges = run(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
    (failed,) = [one for one in result.requirements if one.id == "MKP-CANCEL-03"]
    assert (result.verdict, failed.verdict) == ("not-conformant", "failed")
    assert "; not replayed: the target stopped answering" in failed.reason
    silent = [one.scenario for one in exchanges if one.response is None]
    # Each probe and control once more, as nothing can happen twice by them.
    assert set(silent) == {"essentials"}
    assert len(silent) <= MAX_CONSECUTIVE_UNANSWERED * (1 + RECONNECTS)


def test_appointments_used_up_by_an_earlier_run_are_passed_by():
    """The same targets file serves for several runs while it names appointments that are still scheduled."""
    with reference_target(MKP) as target:
        results = [run(target)[0] for _ in range(2)]
    assert [one.verdict for one in results] == ["conformant", "conformant"]


def test_nothing_but_used_up_appointments_is_not_verified():
    """If every appointment is cancelled already, nothing fails, and the reason says what to change."""
    with reference_target(MKP) as target:
        few = replace(target, fixtures=replace(target.fixtures, appointments=target.fixtures.appointments[:1]))
        run(few)
        result, _ = run(few)
    assert result.verdict == "not-verified"
    assert "failed" not in {one.verdict for one in result.requirements}
    assert any("fixtures.appointments" in one.reason for one in result.requirements)


@pytest.mark.parametrize(("name", "first_of_a_pair"), [(MKP, 3), ("reference-omneo", 3)], ids=["cancels", "links"])
def test_a_pair_that_is_put_off_in_part_is_waited_for(monkeypatch, name, first_of_a_pair):
    """If one of two requests at the same instant got 429, the run waits before the next pair, and judges that."""
    rests, alone = [], count(1)
    monkeypatch.setattr(RateLimiter, "wait", lambda _, seconds: rests.append(seconds))

    def answer(asked):
        # Only what goes out on a connection of its own asks to close it: probes of the life cycle, then the pairs.
        own = asked.method != "GET" and asked.headers.get("connection") == "close" and next(alone)
        return page(429, b"{}", JSON) if own == first_of_a_pair else passed_on(asked, target.base_url)

    with reference_target(name) as target, impostor(answer) as server:
        base_url = target.base_url.replace(target.base_url.split("/")[2], f"127.0.0.1:{server.port}")
        result, _ = run(replace(target, base_url=base_url))
    assert result.verdict == "conformant"
    assert PUT_OFF_SECONDS in rests
