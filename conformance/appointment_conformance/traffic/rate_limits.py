"""The pace of a run: how many requests a minute, how many in all, for how long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from appointment_conformance.errors import BudgetSpent
from appointment_conformance.targets import Limits

#: A server that asks for more patience than this is treated as one that does not answer.
MAX_WAIT_SECONDS = 120.0


class RateLimiter:
    """Keeps a target's limits: spaces the requests of a minute evenly, and ends the run when its budget is spent."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start the clock of `max_seconds` now."""
        self._limits, self._clock, self._sleep = limits, clock, sleep
        self._started = clock()
        #: When the next request may go out at the earliest.
        self._next = self._started
        self._reserved = 0
        self._released = False
        self.requests = 0
        #: Called before requests go out, once they are counted.
        self.on_counted: Callable[[], object] = lambda: None

    def acquire(self, count: int = 1) -> None:
        """Wait until `count` requests may be sent and count them; raise BudgetSpent when the budget is too small."""
        limit = self._limits.max_requests
        if limit is not None and self.requests + count > limit - self._reserved:
            raise BudgetSpent(f"the budget of {limit} requests is spent; raise limits.max_requests.")
        rate = self._limits.requests_per_minute
        # Spread over the minute, so that a target which counts in shorter windows is not overrun. Requests that go
        # out together wait for the turn of the last of them.
        interval = 60 / rate if rate else 0.0
        self._pause(max(0.0, self._next + (count - 1) * interval - self._clock()))
        self._next = self._clock() + count * interval
        self.requests += count
        self.on_counted()

    def reserve(self, count: int = 1) -> None:
        """Keep `count` requests of the budget back: what is made has to be removed as well."""
        self._reserved += count

    def free(self, count: int = 1) -> None:
        """Let `count` of the requests that were kept back be spent now."""
        self._reserved -= count

    def release(self) -> None:
        """Let what was kept back be spent, however late it is."""
        self._reserved, self._released = 0, True

    def wait(self, seconds: float) -> None:
        """Wait as the target asked, within reason. Raises BudgetSpent where the time left is shorter than that."""
        self._pause(min(seconds, MAX_WAIT_SECONDS))

    def _pause(self, seconds: float) -> None:
        """Wait, or raise BudgetSpent at once where the budget of seconds would end meanwhile."""
        most = self._limits.max_seconds
        if most is not None and not self._released and self._clock() - self._started + seconds > most:
            raise BudgetSpent(f"the budget of {most:g} seconds is spent; raise limits.max_seconds.")
        if seconds > 0:
            self._sleep(seconds)


def retry_after(value: str | None, *, now: datetime | None = None) -> float:
    """Return the seconds a `Retry-After` header asks for (RFC 9110, section 10.2.3); 1 where it says nothing usable.

    `now` is the sender's idea of the time, where it told one.
    """
    if value is None:
        return 1.0
    if value.strip().isdecimal():
        return float(value)
    moment = moment_of(value)
    return 1.0 if moment is None else max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def moment_of(value: str | None) -> datetime | None:
    """Return the moment that an HTTP date names (RFC 9110, section 5.6.7), None where it names none."""
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
