"""What was sent and what came back, in order."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Every exchange of a run, and which of them are evidence; appended to by the client alone."""

    def __init__(self) -> None:
        """Start empty."""
        self._exchanges: list[Exchange] = []
        self._seen: list[Seen] = []

    def keep(self, exchange: Exchange) -> None:
        """Append an exchange, evidence or not."""
        self._exchanges.append(exchange)

    def judge(self, seen: Sequence[Seen]) -> None:
        """Let what was seen be evidence."""
        self._seen.extend(seen)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange so far, oldest first."""
        return tuple(self._exchanges)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """All evidence so far, oldest first."""
        return tuple(self._seen)
