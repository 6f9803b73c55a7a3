"""What may be sent to a target of the bookings API."""

from __future__ import annotations

from appointment_conformance.api import NoBody, RequestPolicy, Target, fixture_policy

from .contract import CONTRACT
from .near_misses import near_miss_segments


def policy(target: Target) -> RequestPolicy:
    """Return what may be sent to `target`."""
    return fixture_policy(target, CONTRACT, near_misses=near_miss_segments, bodies=NoBody())
