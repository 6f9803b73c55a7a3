"""The MijnKlantportaal API as a value."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from appointment_conformance.engine.api import Api, SelftestLimits
from appointment_specs.mijnklantportaal import CONTRACT

from . import accounts, questions
from .doctor import DOCTOR
from .fixtures import FirstReads
from .form import FORM
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
    form=FORM,
    policy=policy,
    provisioning=PROVISIONING,
    scenarios=(
        PREFLIGHT,
        LIFE_CYCLE,
        ESSENTIALS,
        # Before any guard has counted wrong credentials.
        accounts.SCENARIO,
        PATHS,
        METHODS,
        CREDENTIALS,
        # A race shows, too, whether the refusals before it have cancelled anything.
        RACE,
        questions.SCENARIO,
    ),
    requirements="appointment_conformance.apis.mijnklantportaal.requirements",
    observations="appointment_conformance.apis.mijnklantportaal.observations",
    formats=lambda fixtures: {"mkp-appointment-id": fixtures.appointments},
    doctor=DOCTOR,
    new_state=FirstReads,
    proof=files(__package__) / "proof.json",
    witnesses=files(__package__) / "witnesses.json",
    reference=_reference,
    selftest=SelftestLimits(requests=60, appointments=8, cut=15),
    position=2,
)
