"""What the doctor looks at for Omneo: lists to link, and fixtures where reads need not be served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.doctor_checks import DoctorChecks
from appointment_conformance.targets import Target
from appointment_conformance.traffic.finding import Finding
from appointment_conformance.traffic.probe import Probe, json_text
from appointment_strategies.omneo import link_action

from .form import fixtures_of
from .probes import post


def scarce(target: Target) -> Iterator[Finding]:
    """Warn where a target has no list to link."""
    if not fixtures_of(target).lists:
        remedy = "add one to fixtures.lists, or what is demanded of lists stays untested"
        yield Finding("warn", "lists", f"none; {remedy}; `appointment-conformance plan` names the requirements")


def fixture_probe(context: ScenarioContext, appointment: str) -> Probe:
    """Return a link with a body that has to be refused: a server that takes any type finds the fixture by its id."""
    body = json_text(link_action("appointment", appointment))
    return replace(post(context, "link", appointment, body, name="fixture", kind="near-miss"), appointment=appointment)


DOCTOR = DoctorChecks(second_fixture_for="whether others are left alone", fixture_probe=fixture_probe, scarce=scarce)
