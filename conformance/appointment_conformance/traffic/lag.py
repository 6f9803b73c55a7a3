"""Waiting times for targets whose reads lag behind their writes."""

from __future__ import annotations

from typing import Final

#: Seconds to wait before each repetition of a read that does not show the expected state.
LAG_WAITS: Final = (0.25, 0.5, 1.0, 2.0)
