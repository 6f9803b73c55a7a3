"""What may be sent to an Omneo target: link actions that name its fixtures, on its own appointments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial

from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.targets import Target
from appointment_conformance.traffic.fixture_policy import FixturePolicy, fixture_policy
from appointment_specs.omneo import CONTRACT
from appointment_strategies import Records
from appointment_strategies.omneo import broken_rules, records, safe_segments


def policy(target: Target) -> FixturePolicy:
    """Return what may be sent to `target`."""
    return fixture_policy(
        target,
        CONTRACT,
        near_misses=partial(safe_segments, known=records_of(target)),
        bodies=LinkActions.of(target),
    )


def records_of(target: Target) -> Records:
    """Return the records that a request may name: the fixtures, and the ids that no record has."""
    fixtures = fixtures_of(target)
    return records(
        appointments=fixtures.usable,
        profiles=fixtures.profiles,
        lists=fixtures.lists,
        absent=target.absent_ids,
    )


@dataclass(frozen=True, slots=True)
class LinkActions:
    """The rule of bodies: none by which any server could find a record that is neither a fixture nor absent."""

    records: Records
    #: What a body that every server obeys may name: pairs of a type and an id, each id in one spelling.
    own: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, target: Target) -> LinkActions:
        """Return the rule for the fixtures of `target`, and for the ids that none of its records has."""
        fixtures, absent = fixtures_of(target), target.absent_ids
        named = (
            *(("profile", record_id) for record_id in (*fixtures.profiles, absent["profile"])),
            *(("list", record_id) for record_id in (*fixtures.lists, absent["list"])),
        )
        return cls(records_of(target), frozenset((kind, _canonical(kind, record_id)) for kind, record_id in named))

    def refusal(self, body: bytes) -> str | None:
        """Return why a body may not be sent, None where it may."""
        action = _valid_action(body)
        if action is not None and (action[0], _canonical(*action)) not in self.own:
            return f"the body names {action[0]} {action[1]!r}, which is not a fixture"
        stray = self.stray_record(body)
        return None if stray is None else f"a lenient server could find {stray} by the body, which is not a fixture"

    def stray_record(self, body: bytes) -> str | None:
        """Return which record that is no fixture a lenient server could find by a body, None where it finds none."""
        return self.records.stray(body)


def _canonical(kind: str, name: str) -> str:
    """Return the one text that stands for a target of a link, however it is written."""
    return name.lower() if kind == "profile" else str(int(name))


def _valid_action(body: bytes) -> tuple[str, str] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if broken_rules(value):
        return None
    return value["type"], value["id"]
