"""The recording of a run: every exchange in order, and which of them are evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from appointment_reports import Exchange, Response

from .exchange_store import ExchangeStore
from .probe import Probe
from .response_limits import CONTENT_CAP

#: Statuses with which a target asks to wait; they say nothing about the contract.
UNAVAILABLE = frozenset({429, 503})
#: Statuses that say that the record of the path does not exist.
NOT_FOUND = frozenset({404, 410})
#: Kinds of probes that are never evidence.
NO_EVIDENCE = frozenset({"setup", "control"})


class ProbeResult:
    """A probe and its exchange. The facts that checks often need are kept in memory, the rest is fetched on demand."""

    __slots__ = ("_answer", "_fetch", "is_silence", "number", "probe", "scenario", "status", "truncated")

    def __init__(
        self,
        probe: Probe,
        exchange: Exchange,
        fetch: Callable[[], Exchange] | None = None,
        answer: Response | None = None,
    ) -> None:
        """Keep `exchange`, or, to save memory, only `fetch`, which returns it.

        `answer` is the response as it was received, if the one of `exchange` differs from it.
        """
        response = exchange.response
        self._answer = answer
        self.probe, self.number, self.scenario = probe, exchange.number, exchange.scenario
        #: The status of the response, or None if none arrived.
        self.status = response.status if response else None
        #: Whether the response was cut because it did not end.
        self.truncated = response is not None and response.truncated
        #: Whether there was no answer, or one that did not end in time; not if it was cut because of its size.
        self.is_silence = response is None or (response.truncated and len(response.body) < CONTENT_CAP)
        self._fetch = fetch or (lambda: exchange)

    def of(self, probe: Probe) -> ProbeResult:
        """Return the same exchange with another probe."""
        return ProbeResult(probe, self.exchange, answer=self._answer)

    @property
    def exchange(self) -> Exchange:
        """The complete exchange as it is recorded: without secrets."""
        return self._fetch()

    @property
    def received(self) -> Exchange:
        """The same with the response as it was received, for checks: whatever is told of it has its secrets hidden.

        A part of a value can be equal to a part of a token by chance, and a placeholder in it is not what was answered.
        """
        return self.exchange if self._answer is None else replace(self.exchange, response=self._answer)

    @property
    def recorded(self) -> ProbeResult:
        """The same with the response as it is recorded, for texts: what is quoted of it may be cut within a secret."""
        return self if self._answer is None else ProbeResult(self.probe, self.exchange)

    @property
    def response(self) -> Response | None:
        """The response as it was received, None if none arrived."""
        return self.received.response

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def judged(self) -> bool:
        """Whether the exchange can be judged: the answer is complete, and its status is not 429 or 503."""
        return self.status is not None and not self.truncated and self.status not in UNAVAILABLE


class Recording:
    """All exchanges of a run, and which of them are evidence. Only the client adds exchanges."""

    def __init__(self) -> None:
        """Start empty."""
        self._exchanges = ExchangeStore()
        self._seen: list[ProbeResult] = []

    def add_exchange(self, probe: Probe, exchange: Exchange, answer: Response | None = None) -> ProbeResult:
        """Append an exchange, which is not yet evidence, and return it with its probe.

        `answer` is the response as it was received, if that of `exchange` differs; it is kept in memory only.
        """
        fetch = partial(self._exchanges.__getitem__, self._exchanges.append(exchange))
        return ProbeResult(probe, exchange, fetch, answer)

    def add_evidence(self, seen: Sequence[ProbeResult]) -> None:
        """Make results evidence, except for kinds of probes that never are."""
        self._seen.extend(result for result in seen if result.probe.kind not in NO_EVIDENCE)

    def withdraw_evidence(self, seen: Sequence[ProbeResult]) -> list[ProbeResult]:
        """Remove the newest results from the evidence; return those that were evidence."""
        withdrawn = [result for result in self._seen[-len(seen) :] if result in seen]
        del self._seen[len(self._seen) - len(withdrawn) :]
        return withdrawn

    def discard_evidence(self, seen: ProbeResult) -> None:
        """Remove one result from the evidence, however old it is."""
        self._seen = [result for result in self._seen if result is not seen]

    @property
    def newest_number(self) -> int:
        """The number of the newest exchange that is evidence, or 0 if there is none."""
        return self._seen[-1].number if self._seen else 0

    def evidence_since(self, number: int) -> tuple[ProbeResult, ...]:
        """Return the evidence that came after exchange `number`, oldest first."""
        return tuple(result for result in self._seen if result.number > number)

    def discard_evidence_since(self, number: int) -> None:
        """Remove everything after exchange `number` from the evidence."""
        self._seen = [result for result in self._seen if result.number <= number]

    def withdraw_evidence_where(self, applies: Callable[[Probe], bool]) -> tuple[ProbeResult, ...]:
        """Remove the results of all probes for which `applies` is true from the evidence; return them."""
        withdrawn = tuple(result for result in self._seen if applies(result.probe))
        self._seen = [result for result in self._seen if not applies(result.probe)]
        return withdrawn

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """All exchanges so far, oldest first; each is fetched when it is accessed."""
        return self._exchanges

    @property
    def seen(self) -> tuple[ProbeResult, ...]:
        """All evidence so far, oldest first."""
        return tuple(self._seen)
