"""The Omneo API as a value."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from appointment_conformance.engine.api import Api, SelftestLimits
from appointment_specs.omneo import CONTRACT

from . import accounts, questions, races, schemathesis_cases
from .body_model import BODY, absent_body, formats
from .doctor import DOCTOR
from .form import FORM
from .links import LinkState
from .policy import policy
from .provisioning import PROVISIONING
from .scenarios import AFTERMATH, CREDENTIALS, ESSENTIALS, LIFE_CYCLE, METHODS, PATHS, PREFLIGHT, REFUSALS

if TYPE_CHECKING:
    from appointment_conformance.reference import ReferenceApi


def _reference() -> ReferenceApi:
    from .reference import REFERENCE  # noqa: PLC0415 - a run against a real target does without a web server

    return REFERENCE


API = Api(
    name="omneo",
    title="Omneo",
    id_prefix="OMN",
    contract=CONTRACT,
    form=FORM,
    policy=policy,
    provisioning=PROVISIONING,
    scenarios=(
        PREFLIGHT,
        LIFE_CYCLE,
        ESSENTIALS,
        # Before any guard has counted wrong credentials.
        accounts.SCENARIO,
        AFTERMATH,
        PATHS,
        *REFUSALS,
        METHODS,
        races.SCENARIO,
        *schemathesis_cases.SCENARIOS,
        CREDENTIALS,
        questions.SCENARIO,
    ),
    requirements="appointment_conformance.apis.omneo.requirements",
    observations="appointment_conformance.apis.omneo.observations",
    proof=files(__package__) / "proof.json",
    witnesses=files(__package__) / "witnesses.json",
    body=BODY,
    absent_body=absent_body,
    formats=formats,
    doctor=DOCTOR,
    new_state=LinkState,
    reference=_reference,
    selftest=SelftestLimits(requests=290, appointments=8, cut=25),
    position=1,
)
