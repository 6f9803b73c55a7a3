"""Rate limits of a run: requests per minute, requests in total, and seconds in total."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from appointment_conformance.errors import BudgetSpent
from appointment_conformance.targets import Limits

#: Never wait longer than this, whatever the server asks for.
MAX_WAIT_SECONDS = 120.0


class RateLimiter:
    """Enforces a target's limits: spreads requests evenly over a minute, and ends the run when the budget is spent."""

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
        #: Earliest time of the next request.
        self._next = self._started
        self._reserved = 0
        self._released = False
        self.requests = 0
        #: Called after requests are counted and before they are sent.
        self.on_counted: Callable[[], object] = lambda: None

    def acquire(self, count: int = 1) -> None:
        """Wait until `count` requests may be sent and count them. Raises BudgetSpent if the budget is too small."""
        limit = self._limits.max_requests
        if limit is not None and self.requests + count > limit - self._reserved:
            raise BudgetSpent(f"the budget of {limit} requests is spent; raise limits.max_requests.")
        rate = self._limits.requests_per_minute
        # Spread over the minute, for targets that count in shorter windows. Requests that are sent together wait until
        # the last of them may be sent.
        interval = 60 / rate if rate else 0.0
        self._pause(max(0.0, self._next + (count - 1) * interval - self._clock()))
        self._next = self._clock() + count * interval
        self.requests += count
        self.on_counted()

    def reserve(self, count: int = 1) -> None:
        """Reserve `count` requests of the budget, so that records which are made can also be removed."""
        self._reserved += count

    def free(self, count: int = 1) -> None:
        """Make `count` of the reserved requests available."""
        self._reserved -= count

    def release(self) -> None:
        """Make all reserved requests available, and stop enforcing `max_seconds`."""
        self._reserved, self._released = 0, True

    def wait(self, seconds: float) -> None:
        """Wait `seconds`, but at most `MAX_WAIT_SECONDS`. Raises BudgetSpent if less time is left."""
        self._pause(min(seconds, MAX_WAIT_SECONDS))

    def _pause(self, seconds: float) -> None:
        """Wait, or raise BudgetSpent at once if `max_seconds` would end during the wait."""
        limit = self._limits.max_seconds
        if limit is not None and not self._released and self._clock() - self._started + seconds > limit:
            raise BudgetSpent(f"the budget of {limit:g} seconds is spent; raise limits.max_seconds.")
        if seconds > 0:
            self._sleep(seconds)


def retry_after(value: str | None, *, now: datetime | None = None) -> float:
    """Return the seconds a `Retry-After` header asks for (RFC 9110, section 10.2.3); 1 if it has no usable value.

    `now` is the sender's time from its `Date` header, if it has one.
    """
    if value is None:
        return 1.0
    if value.strip().isdecimal():
        return float(value)
    moment = moment_of(value)
    return 1.0 if moment is None else max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def moment_of(value: str | None) -> datetime | None:
    """Return the time of an HTTP date (RFC 9110, section 5.6.7), or None if it is not one."""
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
