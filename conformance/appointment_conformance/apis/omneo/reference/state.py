"""The records of a reference Omneo server: appointments with their links, profiles, lists, and what these refer to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from appointment_conformance.reference.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "ABSENT",
    "APPOINTMENTS",
    "FOREIGN_FIXTURES",
    "LISTS",
    "PROFILES",
    "Appointment",
    "Link",
    "OmneoState",
    "Record",
]

Record = dict[str, Any]

APPOINTMENTS = ("900001", "900014", "900027", "900052")
ABSENT = "987654321"
PROFILES = (
    "9b461544-f0db-44b6-8a11-0242ac120002",
    "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55",
    "a8b460b2-953f-4587-b2d4-5e8c6f90ab13",
    "92975ecb-5264-4d31-a6fe-c04d1be7823f",
)
LISTS = ("204", "317", "452")
DEFINITION, LOCATION = 31, 7
#: Of another account, whose owner has made them for tests.
FOREIGN_FIXTURES = ("910077", "910083")
FOREIGN = (*(str(number) for number in range(1, 501)), *FOREIGN_FIXTURES)
STAMP = "2031-02-18 09:30:00"


@dataclass(slots=True)
class Link:
    """One entry of an appointment's links; the target's id is kept as it was sent."""

    id: int
    type: str
    target_id: str


@dataclass(slots=True)
class Appointment:
    """The members of an appointment, and its links in the order they were made."""

    members: Record
    links: list[Link] = field(default_factory=list)
    is_foreign: bool = False


@dataclass(slots=True)
class OmneoState(State):
    """All records by the text of their id, and the next number for a new one."""

    appointments: dict[str, Appointment] = field(default_factory=dict)
    profiles: dict[str, Record] = field(default_factory=dict)
    lists: dict[str, Record] = field(default_factory=dict)
    list_definitions: dict[str, Record] = field(default_factory=dict)
    definitions: dict[str, Record] = field(default_factory=dict)
    locations: dict[str, Record] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(7_000_001))

    @classmethod
    def start(cls) -> OmneoState:
        """Return the state of a server that has just started: the fixtures, unlinked, among other people's records."""
        state = cls(foreign_fixtures=frozenset(FOREIGN_FIXTURES))
        state.definitions[str(DEFINITION)] = {"id": DEFINITION, "handle": "fitting", "name": "Fitting"}
        state.locations[str(LOCATION)] = {
            "id": LOCATION,
            "name": "Harbour",
            "handle": "harbour",
            "timezone": "Europe/Amsterdam",
        }
        for place, text in enumerate(PROFILES):
            state.profiles[text] = _profile(text, place)
        for place, text in enumerate(LISTS):
            owner = PROFILES[place % len(PROFILES)]
            name = f"List {place + 1}"
            state.lists[text] = {"id": int(text), "name": name, "handle": f"list-{place + 1}", "profile_id": owner}
        for text in (*FOREIGN, *APPOINTMENTS):
            members = _appointment(int(text))
            state.appointments[text] = Appointment(members, is_foreign=text in FOREIGN)
        return state


def _profile(text: str, place: int) -> Record:
    first = ("Ada", "Blaise", "Carl", "Dorothy")[place]
    return {"id": text, "first_name": first, "last_name": "Sample", "email": f"{first.lower()}@example.com"}


def _appointment(number: int) -> Record:
    return {
        "id": number,
        "appointment_definition_id": DEFINITION,
        "profile_id": PROFILES[0],
        "location_id": LOCATION,
        "assigned_staff_id": "9c0ffee1-2a3b-4c4d-8e5f-60718293a4b5",
        "status": "confirmed",
        "scheduled_start_at": "2031-03-05 10:00:00",
        "scheduled_end_at": "2031-03-05 10:30:00",
        "timezone": "Europe/Amsterdam",
        "notes": "Bring the order form.",
        "meta": [],
        "confirmed_at": STAMP,
        "created_at": STAMP,
        "updated_at": STAMP,
    }
