"""The records that a request to an Omneo target may name."""

from __future__ import annotations

from appointment_conformance.targets import Target
from appointment_strategies import Records


def records_of(target: Target) -> Records:
    """Return the fixtures of `target`, and the ids that no record has."""
    fixtures = target.fixtures
    return Records(
        appointments=fixtures.usable,
        profiles=fixtures.of_kind("profile"),
        lists=fixtures.of_kind("list"),
        absent=dict(target.absent_ids),  # type: ignore[arg-type] # kinds of a target are text
    )
