"""What may be sent to a MijnKlantportaal target: requests without a body on its own appointments."""

from __future__ import annotations

from appointment_conformance.targets import Target
from appointment_conformance.traffic.fixture_policy import FixturePolicy, NoBody, fixture_policy
from appointment_specs.mijnklantportaal import CONTRACT
from appointment_strategies.mijnklantportaal import near_miss_segments


def policy(target: Target) -> FixturePolicy:
    """Return what may be sent to `target`."""
    return fixture_policy(
        target,
        CONTRACT,
        near_misses=near_miss_segments,
        bodies=NoBody(),
        more_fixtures=target.fixtures.pending_appointments,
    )
