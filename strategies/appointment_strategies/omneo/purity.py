"""Purity of a link action: it breaks exactly one rule, and asks no open question."""

from __future__ import annotations

from appointment_strategies.omneo.model import broken_rules
from appointment_strategies.omneo.open_questions import open_question
from appointment_strategies.purity import assert_breaks_alone


def assert_pure(body: object, rule: str) -> None:
    """Return if a parsed JSON body breaks `rule` and nothing else, and its answer is not an open question.

    Raises ImpureProbe otherwise, naming what was found.
    """
    assert_breaks_alone(rule, broken_rules(body), open_question(body), body)
