"""Purity: a probe breaks exactly one rule, so that its answer speaks of that rule alone."""

from __future__ import annotations

from appointment_strategies.model import broken_rules
from appointment_strategies.open_questions import open_question


class ImpureProbe(ValueError):  # noqa: N818  # a name that says what it is, not that it is an error
    """Raised for a probe that breaks no rule, another rule, more than one rule, or that the documents leave open."""


def assert_pure(body: object, rule: str) -> None:
    """Return if a parsed JSON body breaks `rule` and nothing else, and its answer is not an open question.

    Raises ImpureProbe otherwise, naming what was found.
    """
    found = broken_rules(body)
    if found != {rule}:
        raise ImpureProbe(f"the probe has to break {rule!r} alone, but breaks {sorted(found)!r}: {body!r:.200}")
    question = open_question(body)
    if question is not None:
        raise ImpureProbe(f"the documents leave open how this is answered ({question}): {body!r:.200}")
