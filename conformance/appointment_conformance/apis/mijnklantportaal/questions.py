"""What MijnKlantportaal's documents leave open, asked once: the answers are observations, never verdicts."""

from __future__ import annotations

from typing import Final

from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.credentials import wrong_credentials
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.traffic.case import (
    CREDENTIALS_OR_APPOINTMENT,
    PERMISSION_OR_APPOINTMENT,
    Case,
    Credentials,
)
from appointment_conformance.traffic.probe import Headers, Probe

from .form import fixtures_of
from .scenarios import cancel

PENDING: Final = Case(name="pending")


def questions(context: ScenarioContext) -> None:
    """Ask what is checked first, and what becomes of a pending appointment where there is one to give."""
    absent = context.absent_appointment
    context.send(_question(context, absent, CREDENTIALS_OR_APPOINTMENT, headers=()))
    if forbidden := dict(wrong_credentials(context.target)).get(Credentials.FORBIDDEN):
        context.send(_question(context, absent, PERMISSION_OR_APPOINTMENT, headers=forbidden))
    # Where too few are scheduled to judge anything, none is spent on a question either.
    for pending in fixtures_of(context.target).pending_appointments[:1] if context.used_appointments else ():
        context.send(_question(context, pending, PENDING))


def _question(context: ScenarioContext, appointment: str, case: Case, *, headers: Headers | None = None) -> Probe:
    name = f"question/{case.label}"
    return cancel(context, appointment, name=name, kind="question", case=case, headers=headers)


SCENARIO = Scenario("questions", {"cancel": 3}, questions, appointments=1)
