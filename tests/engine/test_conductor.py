"""One conductor takes the steps of a run, and whoever follows the run gets its events."""

from __future__ import annotations

from dataclasses import replace

import pytest
from provisioned import provisioned, records

from appointment_conformance.engine.events import (
    RequestsCounted,
    RequirementEvaluated,
    RunBegan,
    RunFinished,
    ScenarioBegan,
)
from appointment_conformance.engine.needs import on_each_operation
from appointment_conformance.engine.run_options import RunOptions
from appointment_conformance.errors import NotTestable, SuiteError
from appointment_conformance.library import write_reports
from appointment_conformance.reference_apis import serve
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of
from appointment_conformance.traffic.client import Client

MKP = "reference-mijnklantportaal"


@pytest.fixture
def sent(monkeypatch):
    """The requests that are sent from here on."""
    requests, attempt = [], Client._attempt

    def noted(client, request, *others):
        requests.append(request)
        return attempt(client, request, *others)

    monkeypatch.setattr(Client, "_attempt", noted)
    return requests


def played(conductor):
    """Play everything and evaluate every requirement."""
    conductor.play()
    for one in on_each_operation(conductor.api.catalogue):
        conductor.evaluate(*one)
    return conductor


def without_removed(reference, before):
    """Return the appointments of a reference API that a run has made and not removed."""
    return records(reference.state)["appointments"] - before


def test_the_events_come_in_the_order_of_a_run():
    """First which run it is, then scenarios with the requests they send, then requirements, then the result."""
    events = []
    with reference_target(MKP) as target:
        conductor = conductor_of(target, RunOptions(run_id="0123456789ab"))
        conductor.subscribe(events.append)
        result = conductor.run()
    kinds = list(dict.fromkeys(type(one) for one in events))
    assert kinds == [RunBegan, RequestsCounted, ScenarioBegan, RequirementEvaluated, RunFinished]
    assert events[0] == RunBegan("0123456789ab", "mijnklantportaal", target.base_url)
    began = [one for one in events if isinstance(one, ScenarioBegan)]
    assert [one.number for one in began] == list(range(1, began[0].total + 1))
    assert [one for one in events if isinstance(one, RequestsCounted)][-1].requests == result.requests
    assert tuple(one.result for one in events if isinstance(one, RequirementEvaluated)) == result.requirements
    assert events[-1] == RunFinished(result)


def test_building_a_result_and_its_reports_sends_nothing(sent, tmp_path):
    """Whatever a run has made still stands after its result was asked for, and its reports were written."""
    with serve("mijnklantportaal") as reference:
        before = records(reference.state)["appointments"]
        conductor = played(conductor_of(provisioned(reference), RunOptions(journals=tmp_path)))
        made = without_removed(reference, before)
        sent.clear()
        result = conductor.result()
        write_reports(result, tmp_path / "reports")
        conductor.result("Something is left.")
        conductor.close()
        assert (sent, without_removed(reference, before)) == ([], made)
        assert made
        assert (result.verdict, len(result.exchanges)) == ("conformant", result.requests)


def test_a_clean_up_comes_before_the_result_and_once(sent, tmp_path):
    """`finish` removes what was made, and what is removed once is not removed again."""
    with serve("mijnklantportaal") as reference:
        before = records(reference.state)["appointments"]
        conductor = played(conductor_of(provisioned(reference), RunOptions(journals=tmp_path)))
        sent.clear()
        result = conductor.finish()
        removals = len(sent)
        assert (conductor.clean_up(), len(sent)) == ("", removals)
        conductor.close()
        assert removals > 0
        assert without_removed(reference, before) == set()
        assert result.requests == len(result.exchanges)


def test_what_is_left_behind_is_passed_to_the_result(monkeypatch, tmp_path):
    """A record that cannot be removed is named in the reason of the result."""
    with serve("mijnklantportaal") as reference:
        conductor = played(conductor_of(provisioned(reference), RunOptions(journals=tmp_path)))

        def refused(*_, **__):
            raise SuiteError("nothing can be sent.")

        monkeypatch.setattr(Client, "send", refused)
        result = conductor.finish()
        conductor.close()
    assert f"Left behind by run {result.run_id}: appointment " in result.reason


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError], ids=["an interrupt", "a defect"])
def test_a_run_that_breaks_off_cleans_up(error, tmp_path):
    """Whatever ends a run from Python, what it has made is removed."""

    def broken(event):
        if isinstance(event, ScenarioBegan) and event.number == 3:
            raise error

    with serve("mijnklantportaal") as reference:
        before = records(reference.state)["appointments"]
        conductor = conductor_of(provisioned(reference), RunOptions(journals=tmp_path))
        conductor.subscribe(broken)
        with pytest.raises(error):
            conductor.run()
        assert without_removed(reference, before) == set()


def test_an_error_in_place_of_an_interrupt_interrupts_the_run():
    """An interrupt inside a lock comes out as another error; the run is interrupted, and has no defect."""

    def interrupted(event):
        if isinstance(event, ScenarioBegan):
            try:
                raise KeyboardInterrupt
            finally:
                raise RuntimeError("release unlocked lock")

    with reference_target(MKP) as target:
        conductor = conductor_of(target)
        conductor.subscribe(interrupted)
        with pytest.raises(KeyboardInterrupt):
            conductor.play()
        assert conductor.error is None
        conductor.close()


def test_an_error_of_the_run_is_its_result():
    """What ends a run before anything is evaluated is its verdict; no requirement can be evaluated then."""
    with reference_target(MKP) as target:
        conductor = conductor_of(replace(target, base_url=target.base_url.replace("/v1", "/v9")))
        conductor.play()
        requirement = conductor.api.catalogue[0]
        with pytest.raises(NotTestable):
            conductor.evaluate(requirement, requirement.operations[0])
        result = conductor.finish()
        conductor.close()
    assert (result.verdict, result.requirements) == ("not-testable", ())


def test_an_interrupt_has_the_rest_evaluated_without_a_request(sent):
    """After an interrupt `finish` evaluates what was selected over what was played, and sends nothing for it."""
    evaluated = []
    with reference_target(MKP) as target:
        conductor = conductor_of(target)
        conductor.subscribe(lambda event: evaluated.append(event) if isinstance(event, RequirementEvaluated) else None)
        selected = on_each_operation(conductor.api.catalogue)[:5]
        conductor.play(selected)
        conductor.evaluate(*selected[0])
        conductor.interrupt()
        sent.clear()
        result = conductor.finish()
        conductor.close()
    assert (sent, len(evaluated)) == ([], 1)
    assert [one.verdict for one in result.requirements[:5]] == ["passed"] * 5
    assert {one.verdict for one in result.requirements[5:]} == {"untested"}
    assert result.verdict == "not-verified"
    assert result.reason.startswith("the run was interrupted. ")
