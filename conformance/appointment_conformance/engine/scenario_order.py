"""The plan of a run: every scenario of an api, in the order in which a shrinking budget loses least.

Wrong credentials come as late as they can: what guards a system counts them, and then refuses everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appointment_conformance.apis.mijnklantportaal import scenarios as mijnklantportaal
from appointment_conformance.apis.omneo import races as omneo_races
from appointment_conformance.apis.omneo import scenarios as omneo
from appointment_conformance.apis.omneo import schemathesis_cases as generated
from appointment_conformance.apis.omneo.links import LinkState

from . import accounts, questions
from .context import NoState, State
from .scenario import Scenario


def plan(api: str) -> tuple[Scenario, ...]:
    """Return the scenarios of `api`, most valuable first. Raises KeyError for an unknown api."""
    return {
        "omneo": _late(
            (*_with(omneo.SCENARIOS, accounts.OMNEO), omneo_races.SCENARIO, *generated.SCENARIOS, questions.OMNEO),
            "credentials",
            "questions",
        ),
        # A race shows, too, whether the refusals before it have cancelled anything.
        "mijnklantportaal": _late(
            (*_with(mijnklantportaal.SCENARIOS, accounts.MIJNKLANTPORTAAL), questions.MIJNKLANTPORTAAL),
            "credentials",
            "race",
            "questions",
        ),
    }[api]


def new_state(api: str) -> State:
    """Return what the scenarios of `api` remember during a run, nothing yet. Raises KeyError for an unknown api."""
    makers: dict[str, Callable[[], State]] = {"omneo": LinkState, "mijnklantportaal": NoState}
    return makers[api]()


def with_needs(names: Iterable[str], scenarios: Iterable[Scenario]) -> frozenset[str]:
    """Return `names` with those of every scenario that they need, directly or through others."""
    needs = {one.name: one.needs for one in scenarios}
    found, open_ones = set[str](), set(names)
    while open_ones:
        found |= open_ones
        open_ones = {need for name in open_ones for need in needs.get(name, ())} - found
    return frozenset(found)


def _with(scenarios: tuple[Scenario, ...], added: Scenario) -> tuple[Scenario, ...]:
    """The scenarios with one more after the essentials: before any guard has counted wrong credentials."""
    place = [one.name for one in scenarios].index("essentials") + 1
    return (*scenarios[:place], added, *scenarios[place:])


def _late(scenarios: tuple[Scenario, ...], *names: str) -> tuple[Scenario, ...]:
    """Return `scenarios` with those called `names` at the end, in that order."""
    named = {one.name: one for one in scenarios}
    return (*(one for one in scenarios if one.name not in names), *(named[name] for name in names))
