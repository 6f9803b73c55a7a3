"""An id that no appointment has: asked about by one read, before anything else is sent to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from appointment_conformance.errors import BudgetSpent, NotTestable, TargetLost
from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.probe import Probe

from .stage import bearer

_PATHS = {"omneo": "/v3/appointments/{}", "mijnklantportaal": "/appointments/{}"}
NOT_THERE = frozenset({404, 410})


def confirmed(target: Target, client: Client) -> Target:
    """Return `target` with its absent appointment settled, where it is configured or a read shows it not to exist.

    Where reads are not served it stays open: the first answer to a probe decides (`Stage.absent_appointment`).
    Raises NotTestable where a read shows that an appointment has the id.
    """
    if target.fixtures.absent_appointment is not None:
        return target
    made_up = target.absent_appointment
    path = _PATHS[target.api].format(made_up)
    probe = Probe("read/absent", "neighbour", "neighbour", "GET", path, bearer(target.token))
    try:
        seen = client.send(probe, "absence")
    except (BudgetSpent, TargetLost):
        return target  # Nothing more can be sent either.
    if seen.status == 200 and _shown_id(json_of(seen)) == made_up:
        raise NotTestable(f"appointment {made_up} exists; set fixtures.absent_appointment to one that does not.")
    return settled(target) if seen.status in NOT_THERE else target


def settled(target: Target) -> Target:
    """Return `target` with the id it makes up as its absent appointment."""
    return replace(target, fixtures=replace(target.fixtures, absent_appointment=target.absent_appointment))


def _shown_id(data: Any) -> str | None:
    record = data.get("data", data) if isinstance(data, dict) else None
    return str(record.get("id")) if isinstance(record, dict) else None
