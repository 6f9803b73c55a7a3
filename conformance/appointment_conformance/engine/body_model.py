"""What an API's contract says of the body of a request, as far as generated bodies need it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appointment_conformance.targets import Fixtures


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
