"""Defects of a vendor's document. They are about the document only and never count against an API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .rules import Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of a published document.

    `id` names the rule and never changes, `place` is a JSON Pointer into the published document, `finding` is one
    sentence. The pair of `id` and `place` is unique.
    """

    id: str
    place: str
    finding: str


def findings_in(document: Mapping[str, Any], rules: Mapping[str, Rule]) -> tuple[Finding, ...]:
    """Return the defects that `rules` find in `document`, sorted by id, then place."""
    findings = {
        (rule_id, place): Finding(rule_id, place, text)
        for rule_id, rule in rules.items()
        for place, text in sorted(rule(document))
    }
    return tuple(findings[key] for key in sorted(findings))
