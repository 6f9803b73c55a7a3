"""The MijnKlantportaal API as a value."""

from __future__ import annotations

from appointment_conformance.engine.accounts import MIJNKLANTPORTAAL as ACCOUNTS
from appointment_conformance.engine.api import Api
from appointment_conformance.engine.questions import MIJNKLANTPORTAAL as QUESTIONS

from .policy import policy
from .scenarios import CREDENTIALS, ESSENTIALS, LIFE_CYCLE, METHODS, PATHS, PREFLIGHT, RACE

API = Api(
    name="mijnklantportaal",
    title="MijnKlantportaal",
    id_prefix="MKP",
    operations=("cancel",),
    policy=policy,
    scenarios=(
        PREFLIGHT,
        LIFE_CYCLE,
        ESSENTIALS,
        # Before any guard has counted wrong credentials.
        ACCOUNTS,
        PATHS,
        METHODS,
        CREDENTIALS,
        # A race shows, too, whether the refusals before it have cancelled anything.
        RACE,
        QUESTIONS,
    ),
    requirements="appointment_conformance.apis.mijnklantportaal.requirements",
    observations="appointment_conformance.apis.mijnklantportaal.observations",
)
