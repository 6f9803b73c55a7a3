"""What was sent and what came back, in order."""

from __future__ import annotations

from dataclasses import dataclass

from appointment_reports import Exchange

from .probe import Probe

#: Answers that say nothing about the contract: the target asks for patience.
UNAVAILABLE = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Seen:
    """A probe and the exchange it became."""

    probe: Probe
    exchange: Exchange

    @property
    def judged(self) -> bool:
        """Whether the exchange says anything about the contract: it ended, and the target did not ask for patience."""
        return self.status is not None and self.status not in UNAVAILABLE

    @property
    def status(self) -> int | None:
        """The status of the response, None where none arrived."""
        return self.exchange.response.status if self.exchange.response else None


class Recording:
    """Every exchange of one conduct of scenarios; appended to by the client alone."""

    def __init__(self) -> None:
        """Start empty."""
        self._seen: list[Seen] = []

    def add(self, seen: Seen) -> None:
        """Append what was just seen."""
        self._seen.append(seen)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Everything seen so far, oldest first."""
        return tuple(self._seen)
