"""What is wrong with a vendor's document; about the document alone, never counted against an API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .rules import Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of a published document.

    `id` names the rule and stays the same for ever, `place` is a JSON Pointer into the published document,
    `finding` is one sentence. The pair of `id` and `place` is unique.
    """

    id: str
    place: str
    finding: str


def findings_in(document: Mapping[str, Any], rules: Mapping[str, Rule]) -> tuple[Finding, ...]:
    """Return what `rules` find in `document`, by id, then place."""
    found = {
        (number, place): Finding(number, place, text)
        for number, rule in rules.items()
        for place, text in sorted(rule(document))
    }
    return tuple(found[key] for key in sorted(found))
