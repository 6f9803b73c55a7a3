"""The MijnKlantportaal API as a value."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from appointment_conformance.engine.accounts import MIJNKLANTPORTAAL as ACCOUNTS
from appointment_conformance.engine.api import Api, SelftestLimits
from appointment_conformance.engine.questions import MIJNKLANTPORTAAL as QUESTIONS
from appointment_specs.mijnklantportaal import CONTRACT

from .policy import policy
from .provisioning import PROVISIONING
from .scenarios import CREDENTIALS, ESSENTIALS, LIFE_CYCLE, METHODS, PATHS, PREFLIGHT, RACE

if TYPE_CHECKING:
    from appointment_conformance.reference import ReferenceApi


def _reference() -> ReferenceApi:
    from .reference import REFERENCE  # noqa: PLC0415 - a run against a real target does without a web server

    return REFERENCE


API = Api(
    name="mijnklantportaal",
    title="MijnKlantportaal",
    id_prefix="MKP",
    contract=CONTRACT,
    policy=policy,
    provisioning=PROVISIONING,
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
    formats=lambda fixtures: {"mkp-appointment-id": fixtures.appointments},
    proof=files(__package__) / "proof.json",
    reference=_reference,
    selftest=SelftestLimits(requests=60, appointments=8, cut=15),
    position=2,
)
