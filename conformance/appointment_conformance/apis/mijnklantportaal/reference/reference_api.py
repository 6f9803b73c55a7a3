"""The MijnKlantportaal reference API as a value: its paths, its fixtures, its faults and variants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference import (
    faults_access,
    faults_accounts,
    faults_answers,
    faults_effects,
    variants_answers,
    variants_checks,
    variants_fixtures,
    variants_front,
)
from appointment_conformance.apis.mijnklantportaal.reference import neighbours as near
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction
from appointment_conformance.apis.mijnklantportaal.reference.state import (
    ABSENT,
    APPOINTMENTS,
    FOREIGN_FIXTURES,
    PENDING,
    MijnKlantportaalState,
)
from appointment_conformance.reference import shared_variants, shared_variants_answers
from appointment_conformance.reference.mutation import mutations
from appointment_conformance.reference.reference_api import MakeOperation, Reference, ReferenceApi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_conformance.reference.rules import Rules

__all__ = ["REFERENCE", "MijnKlantportaalReference"]


@dataclass(frozen=True, slots=True)
class MijnKlantportaalReference(Reference):
    """A running server, its fixtures by kind."""

    state: MijnKlantportaalState

    @property
    def pending_appointments(self) -> tuple[str, ...]:
        """Appointments that are pending."""
        return tuple(self.fixtures["pending_appointments"])


def table(make: MakeOperation) -> Mapping[str, Mapping[str, Rules]]:
    """Return MijnKlantportaal's paths, each with its methods."""
    return {
        "/v1/appointments": {"GET": make(near.BrowseAction), "POST": make(near.ScheduleAction)},
        "/v1/appointments/{appointment}": {
            "GET": make(near.ReadAction),
            "PATCH": make(near.ChangeAction),
            "DELETE": make(CancelAction),
        },
    }


REFERENCE = ReferenceApi(
    api="mijnklantportaal",
    base_path="/v1",
    start=MijnKlantportaalState.start,
    table=table,
    fixtures={
        "appointments": [*APPOINTMENTS],
        "pending_appointments": [*PENDING],
        "absent_appointment": ABSENT,
        "foreign_appointments": [*FOREIGN_FIXTURES],
    },
    mutations=mutations(
        faults_answers,
        faults_access,
        faults_accounts,
        faults_effects,
        variants_checks,
        variants_answers,
        variants_fixtures,
        variants_front,
        shared_variants,
        shared_variants_answers,
    ),
    describe=MijnKlantportaalReference,
)
