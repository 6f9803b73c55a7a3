"""Which scenarios a selection plays: those it names, and those that they need."""

from __future__ import annotations

from collections.abc import Iterable

from .api import Api
from .observation import OpenQuestion
from .requirement import Requirement
from .scenario import Scenario
from .scenario_runner import PREFLIGHT

#: One requirement on one of its operations.
Selected = tuple[Requirement, str]


def on_each_operation(requirements: Iterable[Requirement]) -> tuple[Selected, ...]:
    """Return every requirement with each of its operations."""
    return tuple((requirement, operation) for requirement in requirements for operation in requirement.operations)


def scenarios_for(
    api: Api, selected: Iterable[Selected], questions: Iterable[OpenQuestion] | None = None
) -> list[Scenario]:
    """Return the scenarios that a selection needs, in their order; the preflight is always one of them.

    Where `questions` is None, the open questions are asked if every requirement is selected: who asks for a part does
    not ask them.
    """
    chosen = {requirement.id: requirement for requirement, _ in selected}
    if questions is None:
        questions = api.questions if len(chosen) == len(api.catalogue) else ()
    needed = {
        name
        for requirement in chosen.values()
        for operation in requirement.operations
        for name in requirement.scenarios_of(operation)
    }
    needed |= {name for question in questions for name in question.scenarios}
    names = with_needs({*needed, PREFLIGHT}, api.scenarios)
    return [scenario for scenario in api.scenarios if scenario.name in names]


def with_needs(names: Iterable[str], scenarios: Iterable[Scenario]) -> frozenset[str]:
    """Return `names` with those of every scenario that they need, directly or through others."""
    needs = {scenario.name: scenario.needs for scenario in scenarios}
    found, open_ones = set[str](), set(names)
    while open_ones:
        found |= open_ones
        open_ones = {need for name in open_ones for need in needs.get(name, ())} - found
    return frozenset(found)
