"""The Omneo API as a value."""

from __future__ import annotations

from appointment_conformance.engine.accounts import OMNEO as ACCOUNTS
from appointment_conformance.engine.api import Api
from appointment_conformance.engine.questions import OMNEO as QUESTIONS

from . import races, schemathesis_cases
from .policy import policy
from .scenarios import AFTERMATH, CREDENTIALS, ESSENTIALS, LIFE_CYCLE, METHODS, PATHS, PREFLIGHT, REFUSALS

API = Api(
    name="omneo",
    title="Omneo",
    id_prefix="OMN",
    operations=("link", "unlink"),
    policy=policy,
    scenarios=(
        PREFLIGHT,
        LIFE_CYCLE,
        ESSENTIALS,
        # Before any guard has counted wrong credentials.
        ACCOUNTS,
        AFTERMATH,
        PATHS,
        *REFUSALS,
        METHODS,
        races.SCENARIO,
        *schemathesis_cases.SCENARIOS,
        CREDENTIALS,
        QUESTIONS,
    ),
    requirements="appointment_conformance.apis.omneo.requirements",
    observations="appointment_conformance.apis.omneo.observations",
)
