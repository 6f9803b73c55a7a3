"""Text in a path that is nearly the id of a booking, and cannot be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from appointment_strategies import family

NEAR_MISSES: Final = family(
    "booking path",
    lambda text: re.fullmatch(r"bk_[a-z0-9]+", text, re.ASCII) is not None,
    ("without-prefix", "path-id", lambda booking: booking.replace("bk_", "_")),
    ("wildcard-percent", "path-id", lambda booking: f"{booking}%25"),
    ("quote", "path-id", lambda booking: f"{booking}%27"),
)


def near_miss_segments(booking: str) -> Mapping[str, str]:
    """Return the raw path segment of each near miss of the id of one booking, by name."""
    return NEAR_MISSES.segments(booking)
