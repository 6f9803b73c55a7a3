"""The body of an Omneo link action, and the fixtures that generated bodies carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from appointment_conformance.engine.body_model import BodyModel
from appointment_conformance.targets import Fixtures
from appointment_strategies.omneo import broken_rules, open_fields, open_question, wrong_fields


def names_fixtures(body: Any, fixtures: Fixtures) -> bool:
    """Return whether a valid link action names a profile or a list of the target, and has no further member."""
    return set(body) == {"type", "id"} and body["id"] in (*fixtures.profiles, *fixtures.lists)


def formats(fixtures: Fixtures) -> Mapping[str, Sequence[str]]:
    """Return the values of each format that the overlay names."""
    return {
        "omneo-profile-id": fixtures.profiles,
        "omneo-list-id": fixtures.lists,
        "omneo-appointment-id": fixtures.appointments,
    }


BODY = BodyModel(
    broken_rules=broken_rules,
    wrong_fields=wrong_fields,
    open_fields=open_fields,
    open_question=open_question,
    names_fixtures=names_fixtures,
    refusals=(422,),
)
