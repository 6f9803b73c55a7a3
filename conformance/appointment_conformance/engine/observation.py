"""Observations: questions that the documents leave open. The answer is recorded, never judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

import appointment_reports
from appointment_conformance.traffic.recording import ProbeResult

from .evidence import Evidence
from .statement import statement_of

Ask = Callable[[Evidence], str | None]
_MARK = "__observation__"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One open question: `question` is the docstring of `ask`, which finds the answer in what `scenarios` brought."""

    id: str
    operation: str
    scenarios: tuple[str, ...]
    question: str
    ask: Ask

    def answered(self, evidence: Evidence) -> appointment_reports.Observation:
        """Return the observation over `evidence`; where nothing was seen that answers it, it says so."""
        return appointment_reports.Observation(self.id, self.question, self.ask(evidence) or "not seen in this run")


def observation(id: str, *, operation: str, scenarios: tuple[str, ...]) -> Callable[[Ask], Ask]:  # noqa: A002 - the field's own word
    """Declare the decorated function to answer open question `id`; its docstring is the question."""

    def declare(ask: Ask) -> Ask:
        setattr(ask, _MARK, OpenQuestion(id, operation, scenarios, statement_of(ask), ask))
        return ask

    return declare


def statuses(seen: Iterable[ProbeResult]) -> str | None:
    """Return the statuses of answers in words, None where there is none."""
    return ", ".join(sorted({f"status {answer.status}" for answer in seen})) or None


def questions_of(module: ModuleType) -> Iterator[OpenQuestion]:
    """Yield the open questions that stand in `module`, in the order of the file."""
    for value in vars(module).values():
        found = getattr(value, _MARK, None)
        if isinstance(found, OpenQuestion):
            yield found
