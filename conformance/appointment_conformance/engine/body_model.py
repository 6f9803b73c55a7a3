"""What an API's contract says of the body of a request, as far as generated bodies need it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appointment_conformance.targets import Fixtures
from appointment_conformance.traffic.case import NEGATIVE, POSITIVE, Case


@dataclass(frozen=True, slots=True)
class BodyModel:
    """A reading of the contract's rules for bodies that is independent of its schema; values are parsed JSON."""

    #: Returns the rules that a body breaks; none for a valid one.
    broken_rules: Callable[[Any], frozenset[str]]
    #: Returns the fields that a refusal of a body has to name, and those that it may name or not.
    wrong_fields: Callable[[Any], frozenset[str]]
    open_fields: Callable[[Any], frozenset[str]]
    #: Returns the question that a body raises and that the documents leave open; None where it raises none.
    open_question: Callable[[Any], str | None]
    #: Returns whether a valid body names fixtures of the target and nothing else.
    names_fixtures: Callable[[Any, Fixtures], bool]
    #: The statuses that the contract describes for a body that breaks a rule.
    refusals: tuple[int, ...]


def body_case(model: BodyModel | None, body: bytes | None, fixtures: Fixtures) -> Case | None:
    """Return whether the contract accepts or rejects a body; None where that is open, or where it names other records.

    Without a model no body is accepted, and any other one is open. What is no JSON object is open as well: each kind
    of other values is tried by hand.
    """
    if model is None:
        return None if body else POSITIVE
    try:
        value = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or model.open_question(value):
        return None
    if model.broken_rules(value):
        return NEGATIVE
    return POSITIVE if model.names_fixtures(value, fixtures) else None
