"""A cancel whose answer never comes, and appointments that an earlier run used up, accuse nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from impostor_server import impostor, passed_on

from appointment_conformance.running.run import run
from appointment_conformance.targets.builtin import reference_target

MKP = "reference-mijnklantportaal"


def losing_the_first_cancel(target, *, obeyed):
    """Pass everything on, but hang up on the first cancel of a fixture, once the API has or has not obeyed it."""
    lost = []

    def answer(asked):
        fixture = asked.path.rsplit("/", 1)[1] in target.fixtures.appointments
        valid = asked.headers.get("authorization") == f"Bearer {target.token}"
        if asked.method != "DELETE" or not fixture or not valid or lost:
            return passed_on(asked, target.base_url)
        lost.append(asked)
        if obeyed:
            passed_on(asked, target.base_url)
        return None

    return answer


@pytest.mark.parametrize("variants", [[], ["no-reads"]], ids=["reads", "no reads"])
@pytest.mark.parametrize("obeyed", [True, False], ids=["obeyed", "not obeyed"])
def test_an_unanswered_cancel_is_settled_by_asking(variants, obeyed):
    """Whether it worked is asked, not guessed: nothing fails, and what had no answer is not taken for verified."""
    with (
        reference_target(MKP, variants=variants) as target,
        impostor(losing_the_first_cancel(target, obeyed=obeyed)) as server,
    ):
        result, exchanges = run(replace(target, base_url=f"http://127.0.0.1:{server.port}/v1"))
    verdicts = {one.id: one.verdict for one in result.requirements}
    assert "failed" not in verdicts.values()
    assert (result.verdict, verdicts["MKP-CANCEL-01"], verdicts["MKP-CANCEL-08"]) == ("not-verified", "error", "passed")
    assert any("unanswered" in one.probe for one in exchanges)


def test_appointments_used_up_by_an_earlier_run_are_passed_by():
    """The same targets file serves for several runs, as long as it names appointments that are still scheduled."""
    with reference_target(MKP) as target:
        results = [run(target)[0] for _ in range(2)]
    assert [one.verdict for one in results] == ["conformant", "conformant"]


def test_nothing_but_used_up_appointments_is_not_verified():
    """Where every appointment is canceled already, nothing fails, and the reason says what to put right."""
    with reference_target(MKP) as target:
        few = replace(target, fixtures=replace(target.fixtures, appointments=target.fixtures.appointments[:1]))
        run(few)
        result, _ = run(few)
    assert result.verdict == "not-verified"
    assert "failed" not in {one.verdict for one in result.requirements}
    assert any("fixtures.appointments" in one.reason for one in result.requirements)
