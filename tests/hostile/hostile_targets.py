"""Targets that are attackers: their tokens open nothing, and their patience is short."""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.api import load_apis
from appointment_conformance.apis.mijnklantportaal.form import FORM, MijnKlantportaalFixtures
from appointment_conformance.targets import Limits, Target

TARGET = Target(
    name="hostile",
    api="mijnklantportaal",
    base_url="https://api.example.com/v1",
    token="Own/Token+1234567",
    forbidden_token="Read_Token-7654321",
    fixtures=MijnKlantportaalFixtures(("apt_own0001", "apt_own0002"), absent_appointment="apt_none0001"),
    form=FORM,
    limits=Limits(timeout_seconds=0.4, connect_timeout_seconds=5),
)


def at(port, **changes):
    """Return the target on a loopback port."""
    return replace(TARGET, base_url=f"http://127.0.0.1:{port}/v1", **changes)


def standing_for(reference, port, name="hostile"):
    """Return a target with the fixtures and tokens of a reference API, on the port of the server in front of it."""
    path = "api" if reference.api == "omneo" else "v1"
    form = load_apis()[reference.api].form
    return Target(
        name=name,
        api=form.api,
        base_url=f"http://127.0.0.1:{port}/{path}",
        token=reference.token,
        forbidden_token=reference.forbidden_token,
        fixtures=form.read_fixtures({**reference.fixtures, "foreign_appointments": ()}),
        form=form,
        limits=Limits(timeout_seconds=5, connect_timeout_seconds=5),
        environment="test",
    )
