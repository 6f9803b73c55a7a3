"""The body of an Omneo link action, and the fixtures that generated bodies carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from appointment_conformance.engine.body_model import BodyModel
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.probe import json_text
from appointment_specs import Operation
from appointment_strategies.omneo import broken_rules, link_action, open_fields, open_question, wrong_fields


def names_fixtures(body: Any, fixtures: Fixtures) -> bool:
    """Return whether a valid link action names a profile or a list of the target, and has no further member."""
    return set(body) == {"type", "id"} and body["id"] in (*fixtures.of_kind("profile"), *fixtures.of_kind("list"))


def absent_body(target: Target, _: Operation) -> bytes:
    """Return the body that links or unlinks a profile which does not exist: both operations take the same one."""
    return json_text(link_action("profile", target.absent_ids["profile"]))


def formats(fixtures: Fixtures) -> Mapping[str, Sequence[str]]:
    """Return the values of each format that the overlay names."""
    return {
        "omneo-profile-id": fixtures.of_kind("profile"),
        "omneo-list-id": fixtures.of_kind("list"),
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
