"""Values that mean the same for every API: a member that is left out, and a number that no record has."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Absent(Enum):
    """The value of a member that is left out of the body; `ABSENT` is its only instance."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        """Return the name of the constant."""
        return self.name


ABSENT: Final = Absent.ABSENT
#: The largest signed 32-bit integer, which counts as the id of no record for every kind of numbered records.
ABSENT_NUMBER: Final = 2**31 - 1
