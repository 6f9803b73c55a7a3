"""The limiter of a run enforces the target's limits; the tests use their own clock and sleep."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointment_conformance.errors import BudgetSpent
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.rate_limits import MAX_WAIT_SECONDS, RateLimiter, moment_of, retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that only sleeping advances."""

    def __init__(self):
        """Start at an arbitrary time."""
        self.now, self.slept = 1000.0, []

    def sleep(self, seconds):
        """Advance the clock."""
        self.slept.append(seconds)
        self.now += seconds


def paced(**limits):
    """Return a limiter with these limits, and its clock."""
    clock = Clock()
    return RateLimiter(Limits(**limits), clock=lambda: clock.now, sleep=clock.sleep), clock


def test_without_limits_nothing_waits():
    """A target without limits gets requests without waiting."""
    limiter, clock = paced()
    for _ in range(500):
        limiter.acquire()
    assert clock.slept == []
    assert limiter.requests == 500


@given(st.integers(1, 20), st.lists(st.integers(1, 3), max_size=40))
def test_no_minute_holds_more_than_allowed(rate, takes):
    """In any sixty seconds no more requests are allowed than the limit, or than one call acquires if that is more."""
    limiter, clock = paced(requests_per_minute=rate)
    sent = []
    for count in takes:
        limiter.acquire(count)
        sent += [clock.now] * count
    for moment in sent:
        inside = sum(moment - 60 < other <= moment for other in sent)
        assert inside <= max(rate, *takes)


def test_requests_are_spaced_evenly():
    """Each request waits until its time in the minute, and no longer; time that has passed counts."""
    limiter, clock = paced(requests_per_minute=4)
    limiter.acquire()
    clock.now += 5
    limiter.acquire()
    limiter.acquire()
    assert clock.slept == [10.0, 15.0]


def test_requests_that_go_out_together_wait_for_the_last_turn():
    """Two requests at the same instant wait for two intervals before they are sent."""
    limiter, clock = paced(requests_per_minute=4)
    limiter.acquire()
    limiter.acquire(2)
    limiter.acquire()
    assert clock.slept == [30.0, 30.0]


def test_a_spent_budget_of_requests_ends_the_run():
    """The budget allows exactly its number of requests, and refuses a pair that would exceed it as a whole."""
    limiter, _ = paced(max_requests=3)
    limiter.acquire(2)
    with pytest.raises(BudgetSpent, match=r"limits\.max_requests"):
        limiter.acquire(2)
    limiter.acquire()
    assert limiter.requests == 3


def test_a_spent_budget_of_seconds_ends_the_run():
    """After `max_seconds` no request is allowed."""
    limiter, clock = paced(max_seconds=30.0)
    limiter.acquire()
    clock.now += 31
    with pytest.raises(BudgetSpent, match="30 seconds"):
        limiter.acquire()
    assert limiter.requests == 1


def test_a_wait_beyond_the_budget_is_not_begun():
    """If the budget of seconds would end during a wait, it counts as spent at once: for the rate and for `wait`."""
    limiter, clock = paced(max_seconds=30.0, requests_per_minute=1)
    limiter.acquire()
    with pytest.raises(BudgetSpent, match="30 seconds"):
        limiter.acquire()
    with pytest.raises(BudgetSpent, match="30 seconds"):
        limiter.wait(31)
    limiter.wait(29)
    assert clock.slept == [29]


def test_what_was_kept_back_outlives_the_budget():
    """Requests that are reserved for removal are allowed once they are released, even after `max_seconds`."""
    limiter, clock = paced(max_requests=3, max_seconds=30.0)
    limiter.reserve(2)
    limiter.acquire()
    with pytest.raises(BudgetSpent, match=r"limits\.max_requests"):
        limiter.acquire()
    clock.now += 31
    limiter.release()
    limiter.acquire(2)
    assert limiter.requests == 3


def test_no_wait_is_endless():
    """A wait has an upper limit, whatever the target asks for."""
    limiter, clock = paced()
    limiter.wait(1e12)
    assert clock.slept == [MAX_WAIT_SECONDS]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 1.0),
        ("0", 0.0),
        ("120", 120.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("-5", 1.0),
        ("1.5", 1.0),
        ("soon", 1.0),
        ("", 1.0),
    ],
)
def test_retry_after_is_read(value, seconds):
    """Seconds and dates are read as RFC 9110 defines them; any other value means one second."""
    assert retry_after(value, now=NOW) == seconds


def test_a_wrong_clock_does_not_lengthen_the_wait():
    """A date is relative to the target's own time, if it gives one."""
    theirs = moment_of("Sun, 01 Mar 2026 10:00:00 GMT")
    assert retry_after("Sun, 01 Mar 2026 10:00:05 GMT", now=theirs) == 5.0
    assert moment_of("yesterday") is None


@given(st.text())
def test_no_retry_after_breaks_the_run(value):
    """For any header the result is a wait of at least zero seconds."""
    assert retry_after(value, now=NOW) >= 0
