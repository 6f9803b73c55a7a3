"""The plan of a run: every scenario of an api, in the order in which a shrinking budget loses least."""

from __future__ import annotations

from . import accounts, generated, mijnklantportaal, omneo, questions
from .scenario import Scenario


def plan(api: str) -> tuple[Scenario, ...]:
    """Return the scenarios of `api`, most valuable first. Raises KeyError for an unknown api."""
    return {
        "omneo": (*_with(omneo.SCENARIOS, accounts.OMNEO), *generated.SCENARIOS, questions.OMNEO),
        "mijnklantportaal": (
            *_with(mijnklantportaal.SCENARIOS, accounts.MIJNKLANTPORTAAL),
            questions.MIJNKLANTPORTAAL,
        ),
    }[api]


def _with(scenarios: tuple[Scenario, ...], added: Scenario) -> tuple[Scenario, ...]:
    """The scenarios with one more after the essentials: before any guard has counted wrong credentials."""
    place = [one.name for one in scenarios].index("essentials") + 1
    return (*scenarios[:place], added, *scenarios[place:])
