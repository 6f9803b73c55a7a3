"""Values that mean the same in a body of any API: a member that is not there, and a number that nobody has."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Absent(Enum):
    """The value of a member that is not in the body at all; `ABSENT` is its only instance."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        """Return the name a reader would write."""
        return self.name


ABSENT: Final = Absent.ABSENT
#: The largest signed 32-bit integer: the id that is taken for nobody's wherever records are numbered.
ABSENT_NUMBER: Final = 2**31 - 1
