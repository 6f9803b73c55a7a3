"""The paths and operations of both vendors, composed with the faults and variants that are switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appointment_conformance.apis.mijnklantportaal.reference import neighbours as mijnklantportaal_neighbours
from appointment_conformance.apis.mijnklantportaal.reference import operations as mijnklantportaal
from appointment_conformance.apis.omneo.reference import neighbours as omneo_neighbours
from appointment_conformance.apis.omneo.reference import operations as omneo
from appointment_conformance.apis.omneo.reference.neighbours import Collection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from appointment_conformance.apis.mijnklantportaal.reference.state import MijnKlantportaalState
    from appointment_conformance.apis.omneo.reference.state import OmneoState
    from appointment_conformance.reference.mutation import Change
    from appointment_conformance.reference.rules import Rules

__all__ = ["mijnklantportaal_table", "omneo_table"]

PROFILES = Collection(lambda state: state.profiles, ("first_name", "last_name", "email"), has_uuid=True)
LISTS = Collection(lambda state: state.lists, ("name", "list_definition_id"))
LIST_DEFINITIONS = Collection(lambda state: state.list_definitions, ("name", "handle", "type"))
LOCATIONS = Collection(lambda state: state.locations, ("name", "handle", "timezone"))
DEFINITIONS = Collection(
    lambda state: state.definitions, ("handle", "name", "duration_minutes", "booking_type", "normal_hours")
)


def composed(operation: type[Rules], changes: Sequence[Change]) -> type[Any]:
    """Return the operation with every change that is at home in it; the first change is the outermost."""
    fitting = [change.rules for change in changes if issubclass(operation, change.home)]
    return type(operation.__name__, (*fitting, operation), {})


def omneo_table(state: OmneoState, changes: Sequence[Change]) -> Mapping[str, Mapping[str, Rules]]:
    """Return Omneo's paths, each with its methods."""

    def on(operation: type[Rules], *settings: object) -> Rules:
        made: Rules = composed(operation, changes)(state, *settings)
        return made

    near, base = omneo_neighbours, "/api/v3"
    one = base + "/appointments/{appointment}"
    return {
        one + "/link": {"POST": on(omneo.LinkAction)},
        one + "/unlink": {"POST": on(omneo.UnlinkAction)},
        base + "/appointments": {"GET": on(near.AppointmentBrowse), "POST": on(near.AppointmentCreate)},
        one: {
            "GET": on(near.AppointmentRead),
            "PUT": on(near.AppointmentUpdate),
            "DELETE": on(near.AppointmentDelete),
        },
        base + "/profiles": {"POST": on(near.Create, PROFILES)},
        base + "/profiles/{record}": {"GET": on(near.Read, PROFILES), "DELETE": on(near.Delete, PROFILES)},
        base + "/profiles/{profile}/lists": {"POST": on(near.Create, LISTS)},
        base + "/profiles/{profile}/lists/{record}": {"GET": on(near.Read, LISTS), "DELETE": on(near.Delete, LISTS)},
        base + "/lists/definitions": {"POST": on(near.Create, LIST_DEFINITIONS)},
        base + "/locations": {"GET": on(near.Browse, LOCATIONS), "POST": on(near.Create, LOCATIONS)},
        base + "/appointment-definitions": {"POST": on(near.Create, DEFINITIONS)},
        base + "/appointment-definitions/{record}": {"DELETE": on(near.Delete, DEFINITIONS)},
    }


def mijnklantportaal_table(
    state: MijnKlantportaalState, changes: Sequence[Change]
) -> Mapping[str, Mapping[str, Rules]]:
    """Return MijnKlantportaal's paths, each with its methods."""

    def on(operation: type[Rules]) -> Rules:
        made: Rules = composed(operation, changes)(state)
        return made

    near = mijnklantportaal_neighbours
    return {
        "/v1/appointments": {"GET": on(near.BrowseAction), "POST": on(near.ScheduleAction)},
        "/v1/appointments/{appointment}": {
            "GET": on(near.ReadAction),
            "PATCH": on(near.ChangeAction),
            "DELETE": on(mijnklantportaal.CancelAction),
        },
    }
