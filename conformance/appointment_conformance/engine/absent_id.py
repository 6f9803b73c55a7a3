"""An id that no appointment has: asked about by one read, before anything else is sent to it."""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.errors import BudgetSpent, NotTestable, TargetLost
from appointment_conformance.targets import Target
from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.probe import Probe, bearer
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult
from appointment_specs import Contract


def with_absent_settled(target: Target, contract: Contract, client: Client) -> Target:
    """Return `target` with its absent appointment settled, where it is configured or a read shows it not to exist.

    A configured one is read as well: a mistake in the file may name the id of a real record. Where reads are not served
    it is trusted, and one that is made up stays open: the first answer to a probe decides
    (`ScenarioContext.absent_appointment`).
    Raises NotTestable where the read shows it, and where it is open on a target that is read_only.
    """
    asked, record, key = target.absent_appointment, target.form.record, target.form.key_of("absent_appointment")
    probe = Probe("read/absent", "setup", "setup", "GET", contract.read_path_of(asked), bearer(target.token))
    try:
        seen = client.send(probe, "absence")
    except (BudgetSpent, TargetLost):
        return target  # Nothing more can be sent either.
    if _shows(seen, asked):
        raise NotTestable(f"{record} {asked} exists; set {key} to one that does not.")
    if target.fixtures.absent_appointment is not None or seen.status in NOT_FOUND:
        return settled(target)
    if target.read_only:
        told = f"status {seen.status}" if seen.status else seen.exchange.error
        raise NotTestable(
            f"no read shows that {record} {asked} does not exist ({told}); check base_url and token, or set {key}."
        )
    return target


def settled(target: Target) -> Target:
    """Return `target` with the id it makes up as its absent appointment."""
    return replace(target, fixtures=replace(target.fixtures, absent_appointment=target.absent_appointment))


def _shows(seen: ProbeResult, appointment: str) -> bool:
    """Whether the answer is about `appointment`, whatever its shape; one that never names it is the preflight's."""
    body = seen.response.body if seen.response else b""
    served = seen.succeeded and json_of(seen) is not None
    return served and appointment.encode() in body
