"""Targets for tests: one of each api, with fixtures and credentials that open nothing."""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.api import load_apis
from appointment_conformance.apis.mijnklantportaal.form import FORM as MKP_FORM
from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalFixtures
from appointment_conformance.apis.omneo.form import FORM as OMNEO_FORM
from appointment_conformance.apis.omneo.form import OmneoFixtures
from appointment_conformance.targets import Limits, Target
from appointment_conformance.traffic.guard import RequestGuard

PROFILES = ("9b461544-f0db-44b6-8a11-0242ac120002", "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55")
OMNEO = Target(
    name="omneo",
    api="omneo",
    base_url="https://api.example.com/api",
    token="Own/Token+1234567",
    forbidden_token="Read_Token-7654321",
    fixtures=OmneoFixtures(
        ("900001", "900002"), profiles=PROFILES, lists=("204", "317"), absent_appointment="987654321"
    ),
    form=OMNEO_FORM,
    limits=Limits(timeout_seconds=5, connect_timeout_seconds=5),
)
MKP = replace(
    OMNEO,
    name="mkp",
    api="mijnklantportaal",
    base_url="https://api.example.com/v1",
    form=MKP_FORM,
    fixtures=MijnKlantportaalFixtures(
        ("apt_own0001", "apt_own0002"), pending_appointments=("apt_pen0001",), absent_appointment="apt_none0001"
    ),
)
#: A targets file with as little in it as a target needs.
SMALL_FILE = """\
targets:
  one:
    api: mijnklantportaal
    base_url: https://api.example.com/v1
    token: secret-value
    fixtures:
      appointments: [apt_a1]
"""
#: Appointments of another account, as a target may declare them.
FOREIGN = {"omneo": ("910077", "910083"), "mijnklantportaal": ("apt_other0001", "apt_other0002")}


def full(target):
    """Return `target` with every optional key."""
    fixtures = replace(target.fixtures, foreign_appointments=FOREIGN[target.api])
    return replace(target, fixtures=fixtures, expired_token="Ended/Token+7654321", second_token="Named_Token-1122334")


def local(target, port, **changes):
    """Return `target` served on a loopback port."""
    path = "/api" if target.api == "omneo" else "/v1"
    return replace(target, base_url=f"http://127.0.0.1:{port}{path}", **changes)


def policy_of(target):
    """Return what may be sent to a target by its own API."""
    return load_apis()[target.api].policy(target)


def guard_of(target):
    """Return the guard of a target."""
    return RequestGuard(target.base_url, policy_of(target))
