"""The plan of a run: every scenario of an api, in the order in which a shrinking budget loses least.

Wrong credentials come as late as they can: what guards a system counts them, and then refuses everything.
"""

from __future__ import annotations

from . import generated, mijnklantportaal, omneo, questions
from .scenario import Scenario


def plan(api: str) -> tuple[Scenario, ...]:
    """Return the scenarios of `api`, most valuable first. Raises KeyError for an unknown api."""
    return {
        "omneo": _late((*omneo.SCENARIOS, *generated.SCENARIOS, questions.OMNEO), "credentials", "questions"),
        # A race shows, too, whether the refusals before it have cancelled anything.
        "mijnklantportaal": _late(
            (*mijnklantportaal.SCENARIOS, questions.MIJNKLANTPORTAAL), "credentials", "race", "questions"
        ),
    }[api]


def _late(scenarios: tuple[Scenario, ...], *names: str) -> tuple[Scenario, ...]:
    """Return `scenarios` with those called `names` at the end, in that order."""
    named = {one.name: one for one in scenarios}
    return (*(one for one in scenarios if one.name not in names), *(named[name] for name in names))
