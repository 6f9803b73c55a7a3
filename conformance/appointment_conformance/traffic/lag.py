"""How long a target's reads may lag behind its writes."""

from __future__ import annotations

from typing import Final

#: The seconds before a read that disagrees with what is expected is sent again: reads may lag behind writes.
LAG_WAITS: Final = (0.25, 0.5, 1.0, 2.0)
