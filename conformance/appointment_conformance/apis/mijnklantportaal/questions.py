"""What MijnKlantportaal's documents leave open, asked once: the answers are observations, never verdicts."""

from __future__ import annotations

from typing import Final

from appointment_conformance.engine.context import Stage
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


def questions(stage: Stage) -> None:
    """Ask what is checked first, and what becomes of a pending appointment where there is one to give."""
    absent = stage.absent_appointment
    stage.send(_question(stage, absent, CREDENTIALS_OR_APPOINTMENT, headers=()))
    if forbidden := dict(wrong_credentials(stage.target)).get(Credentials.FORBIDDEN):
        stage.send(_question(stage, absent, PERMISSION_OR_APPOINTMENT, headers=forbidden))
    # Where too few are scheduled to judge anything, none is spent on a question either.
    for pending in fixtures_of(stage.target).pending_appointments[:1] if stage.used_appointments else ():
        stage.send(_question(stage, pending, PENDING))


def _question(stage: Stage, appointment: str, case: Case, *, headers: Headers | None = None) -> Probe:
    name = f"question/{case.label}"
    return cancel(stage, appointment, name=name, kind="question", case=case, headers=headers)


SCENARIO = Scenario("questions", {"cancel": 3}, questions, appointments=1)
