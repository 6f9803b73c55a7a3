"""The records of a reference MijnKlantportaal server."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from appointment_conformance.reference.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ABSENT", "APPOINTMENTS", "FOREIGN_FIXTURES", "PENDING", "MijnKlantportaalState", "Record"]

Record = dict[str, Any]

APPOINTMENTS = (
    "apt_k7d02mq9xw4rfz",
    "apt_b3nh8t61vyc0pj",
    "apt_w5g9s2le7ua4do",
    "apt_z8r1c6vk3hx0mt",
    "apt_f4y7p0jn9qb2ws",
    "apt_u2x6e9da5lg8ck",
    "apt_h9m3v5ro1tz7nb",
    "apt_q0l8j4fw6sy3ge",
    "apt_d6t2a7xp8kc5vh",
    "apt_n1z5u9bm0ej6rl",
    "apt_y3s8g4qh7fd1wo",
    "apt_c7v0k2tz5xn9pa",
)
PENDING = ("apt_p5e3w8hl6ub1qy", "apt_m9o4d7rg2jk0sx")
ABSENT = "apt_a0b1c2absent99"
#: Of another account, whose owner has made them for tests.
FOREIGN_FIXTURES = ("apt_x2w8e5kq0dg7ui", "apt_s6v1b9mh3ty4of")
FOREIGN = (*(f"apt_r4j6t0aaaa{number:04d}" for number in range(300)), *FOREIGN_FIXTURES)


@dataclass(slots=True)
class MijnKlantportaalState(State):
    """All appointments by their id, those a client has been told are canceled, and the number of the next new one.

    `stale` counts by id the reads that have shown what was before a cancel.
    """

    appointments: dict[str, Record] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    stale: Counter[str] = field(default_factory=Counter)
    foreign: frozenset[str] = frozenset(FOREIGN)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def start(cls) -> MijnKlantportaalState:
        """Return the state of a server that has just started: the fixtures among other people's appointments."""
        state = cls(foreign_fixtures=frozenset(FOREIGN_FIXTURES))
        for place, text in enumerate((*APPOINTMENTS, *PENDING, *FOREIGN)):
            status = "pending" if text in PENDING else "scheduled"
            state.appointments[text] = _appointment(text, place, status)
        return state


def _appointment(text: str, place: int, status: str) -> Record:
    day = f"2031-03-{place % 25 + 1:02d}"
    return {
        "id": text,
        "customerId": f"cst_h2k{place:04d}w9",
        "attendeeName": "John Sample",
        "attendeeEmail": f"john.{place}@example.com",
        "startsAt": f"{day}T16:00:00+01:00",
        "endsAt": f"{day}T16:30:00+01:00",
        "status": status,
        "onlineMeetingLink": f"https://meet.example.com/room-{place}",
        "createdAt": "2031-02-18T09:23:14+01:00",
    }
