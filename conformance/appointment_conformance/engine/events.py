"""The events of a run, in the order in which they come: whoever shows, streams or counts a run subscribes to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appointment_reports import RequirementResult, RunResult

__all__ = ["Event", "OnEvent", "RequestsCounted", "RequirementEvaluated", "RunBegan", "RunFinished", "ScenarioBegan"]


@dataclass(frozen=True, slots=True)
class RunBegan:
    """Which run it is; the first event that a subscriber gets. Secrets in `base_url` are hidden."""

    run_id: str
    api: str
    base_url: str


@dataclass(frozen=True, slots=True)
class RequestsCounted:
    """How many requests were sent, the next one among them, and how many appointments were used up before it."""

    requests: int
    appointments: int


@dataclass(frozen=True, slots=True)
class ScenarioBegan:
    """Scenario `number` of `total` begins."""

    name: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class RequirementEvaluated:
    """A requirement was evaluated on one operation, replays included."""

    result: RequirementResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run has ended: own records are removed as far as they can be, and the result is complete."""

    result: RunResult


Event = RunBegan | RequestsCounted | ScenarioBegan | RequirementEvaluated | RunFinished
#: A consumer of events. What it raises ends the run.
OnEvent = Callable[[Event], object]
