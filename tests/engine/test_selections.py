"""Any selection of requirements can be judged: what a scenario needs is played with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.engine.needs import on_each_operation, with_needs
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.target_run import conductor_of

EACH = [(name, one) for name, api in built_in().items() for one in load_apis()[api].catalogue]
#: Keys that a target may lack.
LACKING = {"forbidden_token": None, "expired_token": None, "second_token": None}

#: Scenarios, with what each needs.
NEEDS = {"a": (), "b": ("a",), "c": ("b",)}


def judged(target, *selected, questions=()):
    """Return the results of the selected requirements alone, on each of their operations."""
    conductor = conductor_of(target)
    try:
        conductor.play(on_each_operation(selected), questions=questions)
        return [conductor.evaluate(*one) for one in on_each_operation(selected)]
    finally:
        conductor.close()


@pytest.mark.parametrize(("name", "one"), EACH, ids=[f"{name}-{one.id}" for name, one in EACH])
def test_a_requirement_alone_is_judged_as_among_all(name, one):
    """Each requirement passes on the reference API when nothing else is asked for."""
    with reference_target(name) as target:
        results = judged(target, one)
    assert [(result.operation, result.verdict, result.reason) for result in results] == [
        (operation, "passed", "") for operation in one.operations
    ]


@pytest.mark.parametrize("one", load_apis()["mijnklantportaal"].catalogue, ids=lambda one: one.id)
def test_a_requirement_alone_needs_no_optional_key(one):
    """On a target with two appointments and one token each requirement passes, or is untested for a reason."""
    with reference_target("reference-mijnklantportaal") as target:
        two = replace(target.fixtures, appointments=target.fixtures.appointments[:2], pending_appointments=())
        results = judged(replace(target, fixtures=replace(two, foreign_appointments=()), **LACKING), one)
    assert all(result.verdict == "passed" or (result.verdict == "untested" and result.reason) for result in results)


@pytest.mark.parametrize("api", built_in().values())
def test_questions_alone_can_be_asked(api):
    """The open questions are answered in a run that judges nothing."""
    name = next(name for name, served in built_in().items() if served == api)
    with reference_target(name) as target:
        assert judged(target, questions=load_apis()[api].questions) == []


@pytest.mark.parametrize("api", built_in().values())
def test_what_a_scenario_needs_comes_before_it(api):
    """A scenario that another one needs is of the same plan, and stands before it."""
    names = [one.name for one in load_apis()[api].scenarios]
    for place, scenario in enumerate(load_apis()[api].scenarios):
        assert set(scenario.needs) <= set(names[:place])


def test_needs_are_followed_through_others():
    """What is needed by something that is needed belongs to a selection, too."""
    first, second, third = (
        replace(load_apis()["omneo"].scenarios[0], name=name, needs=needs) for name, needs in NEEDS.items()
    )
    assert with_needs(["c"], [first, second, third]) == {"a", "b", "c"}
    assert with_needs(["a"], [first, second, third]) == {"a"}
