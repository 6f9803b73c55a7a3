"""Purity of a link action: it breaks exactly one rule, and asks no open question."""

from __future__ import annotations

from appointment_strategies.omneo.model import broken_rules
from appointment_strategies.omneo.open_questions import open_question
from appointment_strategies.purity import assert_breaks_alone


def assert_pure(body: object, rule: str) -> None:
    """Check that a parsed JSON body breaks `rule` and no other rule, and asks no open question.

    Raises ImpureProbe otherwise, with what was found.
    """
    assert_breaks_alone(rule, broken_rules(body), open_question(body), body)
