"""The plan of a run: every scenario of an api, in the order in which a shrinking budget loses least."""

from __future__ import annotations

from . import generated, mijnklantportaal, omneo, omneo_races, questions
from .scenario import Scenario


def plan(api: str) -> tuple[Scenario, ...]:
    """Return the scenarios of `api`, most valuable first. Raises KeyError for an unknown api."""
    return {
        "omneo": (*omneo.SCENARIOS, omneo_races.SCENARIO, *generated.SCENARIOS, questions.OMNEO),
        "mijnklantportaal": (*mijnklantportaal.SCENARIOS, questions.MIJNKLANTPORTAAL),
    }[api]
