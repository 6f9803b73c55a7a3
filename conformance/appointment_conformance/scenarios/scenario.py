"""A scenario: a script of probes that can be played again from any state of the target's fixtures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .stage import Stage


@dataclass(frozen=True, slots=True)
class Scenario:
    """`name` is stable and appears in reports; `requests` and `appointments` are upper bounds of what it costs."""

    name: str
    requests: int
    play: Callable[[Stage], None]
    appointments: int = 0
