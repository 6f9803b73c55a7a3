"""What may be sent to a MijnKlantportaal target: requests without a body on its own appointments."""

from __future__ import annotations

from appointment_conformance.targets import Target
from appointment_conformance.traffic.fixture_policy import FixturePolicy, NoBody, fixture_policy
from appointment_conformance.traffic.operations import operations_of, read_path_of
from appointment_specs import contract
from appointment_strategies.mijnklantportaal import near_miss_segments


def policy(target: Target) -> FixturePolicy:
    """Return what may be sent to `target`."""
    operations = operations_of(contract("mijnklantportaal"))
    return fixture_policy(
        target,
        operations,
        read_path_of(operations[0]),
        near_misses=near_miss_segments,
        bodies=NoBody(),
        more_fixtures=target.fixtures.pending_appointments,
    )
