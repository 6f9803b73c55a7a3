"""The Omneo reference API as a value: its paths, its fixtures, its faults and variants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference import (
    faults_access,
    faults_accounts,
    faults_answers,
    faults_bodies,
    faults_effects,
    faults_types,
    faults_values,
    operations,
    variants_access,
    variants_answers,
    variants_checks,
    variants_defaults,
    variants_front,
    variants_values,
)
from appointment_conformance.apis.omneo.reference import neighbours as near
from appointment_conformance.apis.omneo.reference.neighbours import Collection
from appointment_conformance.apis.omneo.reference.state import (
    ABSENT,
    APPOINTMENTS,
    DEFINITION,
    FOREIGN_FIXTURES,
    LISTS,
    LOCATION,
    PROFILES,
    OmneoState,
)
from appointment_conformance.reference import shared_variants, shared_variants_answers
from appointment_conformance.reference.mutation import mutations
from appointment_conformance.reference.reference_api import MakeOperation, Reference, ReferenceApi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_conformance.reference.rules import Rules

__all__ = ["REFERENCE", "OmneoReference"]

PROFILE_RECORDS = Collection(lambda state: state.profiles, ("first_name", "last_name", "email"), has_uuid=True)
LIST_RECORDS = Collection(lambda state: state.lists, ("name", "list_definition_id"))
LIST_DEFINITIONS = Collection(lambda state: state.list_definitions, ("name", "handle", "type"))
LOCATIONS = Collection(lambda state: state.locations, ("name", "handle", "timezone"))
DEFINITIONS = Collection(
    lambda state: state.definitions, ("handle", "name", "duration_minutes", "booking_type", "normal_hours")
)


@dataclass(frozen=True, slots=True)
class OmneoReference(Reference):
    """A running server, its fixtures by kind, and what it takes to book an appointment there."""

    state: OmneoState
    definition_id: int = DEFINITION
    location_id: int = LOCATION

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that may be linked."""
        return tuple(self.fixtures["profiles"])

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that may be linked."""
        return tuple(self.fixtures["lists"])


def table(make: MakeOperation) -> Mapping[str, Mapping[str, Rules]]:
    """Return Omneo's paths, each with its methods."""
    base = "/api/v3"
    one, profiles, lists = base + "/appointments/{appointment}", base + "/profiles", "/{profile}/lists"
    return {
        one + "/link": {"POST": make(operations.LinkAction)},
        one + "/unlink": {"POST": make(operations.UnlinkAction)},
        base + "/appointments": {"GET": make(near.AppointmentBrowse), "POST": make(near.AppointmentCreate)},
        one: {
            "GET": make(near.AppointmentRead),
            "PUT": make(near.AppointmentUpdate),
            "DELETE": make(near.AppointmentDelete),
        },
        profiles: {"POST": make(near.Create, PROFILE_RECORDS)},
        profiles + "/{record}": _read_and_delete(make, PROFILE_RECORDS),
        profiles + lists: {"POST": make(near.Create, LIST_RECORDS)},
        profiles + lists + "/{record}": _read_and_delete(make, LIST_RECORDS),
        base + "/lists/definitions": {"POST": make(near.Create, LIST_DEFINITIONS)},
        base + "/locations": {"GET": make(near.Browse, LOCATIONS), "POST": make(near.Create, LOCATIONS)},
        base + "/appointment-definitions": {"POST": make(near.Create, DEFINITIONS)},
        base + "/appointment-definitions/{record}": {"DELETE": make(near.Delete, DEFINITIONS)},
    }


def _read_and_delete(make: MakeOperation, records: Collection) -> Mapping[str, Rules]:
    return {"GET": make(near.Read, records), "DELETE": make(near.Delete, records)}


REFERENCE = ReferenceApi(
    api="omneo",
    base_path="/api",
    start=OmneoState.start,
    table=table,
    fixtures={
        "appointments": [*APPOINTMENTS],
        "profiles": [*PROFILES],
        "lists": [*LISTS],
        "absent_appointment": ABSENT,
        "foreign_appointments": [*FOREIGN_FIXTURES],
    },
    mutations=mutations(
        faults_answers,
        faults_bodies,
        faults_access,
        faults_accounts,
        faults_effects,
        faults_types,
        faults_values,
        variants_checks,
        variants_access,
        variants_answers,
        variants_defaults,
        variants_front,
        variants_values,
        shared_variants,
        shared_variants_answers,
    ),
    describe=OmneoReference,
)
