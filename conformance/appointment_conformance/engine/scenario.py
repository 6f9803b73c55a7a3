"""A scenario: a script of probes that can be played again from any state of the target's fixtures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Profile, ScenarioContext


@dataclass(frozen=True, slots=True)
class Scenario:
    """`name` is stable and appears in reports; `requests`, by operation or `read`, and `appointments` bound its cost.

    The bounds hold from above, whatever the target answers, and for `appointments` if it carries out nothing that it
    has to refuse. A request that is sent again because the target asked for patience, or a read because it lags,
    counts once. What tells whether a fixture can be used does not count: that is one read of each, and more where it
    cannot. Nor do controls, nor a scenario that is played again because something in front of the API answered.
    """

    name: str
    requests: Mapping[str, int]
    run: Callable[[ScenarioContext], None]
    appointments: int = 0
    #: What the `thorough` profile adds to `requests`.
    explored: Mapping[str, int] = field(default_factory=dict)
    #: Names of scenarios without which it does not show all that it is for; a run that plays it plays them first.
    needs: tuple[str, ...] = ()
    #: What it sends to a target that is read_only; None where it sends nothing there.
    read_only: Callable[[ScenarioContext], None] | None = None

    def bounds(self, profile: Profile) -> Counter[str]:
        """Return the most requests that it sends in `profile`, by operation or `read`."""
        return Counter(self.requests) + Counter(self.explored if profile == "thorough" else {})
