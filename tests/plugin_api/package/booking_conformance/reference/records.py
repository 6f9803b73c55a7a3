"""The records of a reference server of bookings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from appointment_conformance.reference import State

BOOKINGS: Final = ("bk_k7d02mq9xw", "bk_b3nh8t61vy", "bk_w5g9s2le7u")
FOREIGN: Final = ("bk_r4j6t0zz01",)
ABSENT: Final = "bk_absent0000"


@dataclass(slots=True)
class BookingState(State):
    """All bookings by their id."""

    bookings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def start(cls) -> BookingState:
        """Return the state of a server that has just started."""
        records = {name: new_booking(name, {"guest": "John Sample"}) for name in (*BOOKINGS, *FOREIGN)}
        return cls(foreign_fixtures=frozenset(FOREIGN), bookings=records)


def new_booking(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return a pending booking made of what was `given`."""
    return {**given, "id": name, "status": "pending", "confirmed_at": None}
