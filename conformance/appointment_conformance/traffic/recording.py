"""What was sent and what came back, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from appointment_reports import Exchange

from .exchange_store import ExchangeStore
from .probe import Probe
from .response_limits import CONTENT_CAP

#: Answers that say nothing about the contract: the target asks for patience.
UNAVAILABLE = frozenset({429, 503})
#: Answers that say that what the path names is not there.
NOT_THERE = frozenset({404, 410})
#: Kinds of probes that no requirement is about.
NO_EVIDENCE = frozenset({"setup", "control"})


class Seen:
    """A probe and the exchange it became; what judging asks of every exchange is at hand, the rest is fetched."""

    __slots__ = ("_fetch", "is_silence", "number", "probe", "scenario", "status", "truncated")

    def __init__(self, probe: Probe, exchange: Exchange, fetch: Callable[[], Exchange] | None = None) -> None:
        """Hold on to `exchange`, or only to `fetch`, which returns it again."""
        response = exchange.response
        self.probe, self.number, self.scenario = probe, exchange.number, exchange.scenario
        #: The status of the response, None where none arrived.
        self.status = response.status if response else None
        #: Whether the response was cut, because it did not end.
        self.truncated = response is not None and response.truncated
        #: Whether no answer came, or one that did not end; one that is too large to be kept has come.
        self.is_silence = response is None or (response.truncated and len(response.body) < CONTENT_CAP)
        self._fetch = fetch or (lambda: exchange)

    def of(self, probe: Probe) -> Seen:
        """Return the same exchange as the answer to another probe."""
        return Seen(probe, self.exchange)

    @property
    def exchange(self) -> Exchange:
        """The exchange, whole."""
        return self._fetch()

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of success."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def judged(self) -> bool:
        """Whether the exchange says anything about the contract: it ended, and the target did not ask for patience."""
        return self.status is not None and not self.truncated and self.status not in UNAVAILABLE


class Recording:
    """Every exchange of a run, and which of them are evidence; appended to by the client alone."""

    def __init__(self) -> None:
        """Start empty."""
        self._exchanges = ExchangeStore()
        self._seen: list[Seen] = []

    def add_exchange(self, probe: Probe, exchange: Exchange) -> Seen:
        """Append an exchange, evidence or not, and return how it is seen."""
        return Seen(probe, exchange, partial(self._exchanges.__getitem__, self._exchanges.append(exchange)))

    def add_evidence(self, seen: Sequence[Seen]) -> None:
        """Let what was seen be evidence, save what no requirement is about."""
        self._seen.extend(one for one in seen if one.probe.kind not in NO_EVIDENCE)

    def withdraw_evidence(self, seen: Sequence[Seen]) -> list[Seen]:
        """Let what has just been seen be no evidence after all; return what of it was some."""
        known = [one for one in self._seen[-len(seen) :] if one in seen]
        del self._seen[len(self._seen) - len(known) :]
        return known

    def discard_evidence(self, seen: Seen) -> None:
        """Let one exchange be no evidence any more, whenever it came."""
        self._seen = [one for one in self._seen if one is not seen]

    @property
    def newest_number(self) -> int:
        """The number of the last exchange that is evidence, 0 where none is."""
        return self._seen[-1].number if self._seen else 0

    def evidence_since(self, number: int) -> tuple[Seen, ...]:
        """Return what is evidence and came after exchange `number`, oldest first."""
        return tuple(one for one in self._seen if one.number > number)

    def discard_evidence_since(self, number: int) -> None:
        """Let nothing that came after exchange `number` be evidence any more."""
        self._seen = [one for one in self._seen if one.number <= number]

    def withdraw_evidence_where(self, applies: Callable[[Probe], bool]) -> tuple[Seen, ...]:
        """Let no answer to a probe that `applies` tells be evidence any more; return those that were."""
        withdrawn = tuple(one for one in self._seen if applies(one.probe))
        self._seen = [one for one in self._seen if not applies(one.probe)]
        return withdrawn

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """Every exchange so far, oldest first; fetched one by one."""
        return self._exchanges

    @property
    def seen(self) -> tuple[Seen, ...]:
        """All evidence so far, oldest first."""
        return tuple(self._seen)
