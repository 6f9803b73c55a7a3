"""Targets that are attackers: their tokens open nothing, and their patience is short."""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.api import load_apis
from appointment_conformance.targets import Fixtures, Limits, Target

TARGET = Target(
    name="hostile",
    api="mijnklantportaal",
    base_url="https://api.example.com/v1",
    token="Own/Token+1234567",
    forbidden_token="Read_Token-7654321",
    fixtures=Fixtures(("apt_own0001", "apt_own0002"), absent_appointment="apt_none0001"),
    limits=Limits(timeout_seconds=0.4, connect_timeout_seconds=5),
)


def at(port, **changes):
    """Return the target on a loopback port."""
    return replace(TARGET, base_url=f"http://127.0.0.1:{port}/v1", **changes)


def standing_for(reference, port, name="hostile"):
    """Return a target with the fixtures and tokens of a reference API, on the port of what stands before it."""
    path = "api" if reference.lists else "v1"
    return Target(
        name=name,
        api="omneo" if reference.lists else "mijnklantportaal",
        base_url=f"http://127.0.0.1:{port}/{path}",
        token=reference.token,
        forbidden_token=reference.forbidden_token,
        fixtures=Fixtures(
            reference.appointments,
            reference.profiles,
            reference.lists,
            reference.pending_appointments,
            reference.absent_appointment,
        ),
        limits=Limits(timeout_seconds=5, connect_timeout_seconds=5),
        environment="test",
    )


def policy_of(target):
    """Return what may be sent to a target by its own API."""
    return load_apis()[target.api].policy(target)
