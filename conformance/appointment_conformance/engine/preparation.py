"""What comes before and after playing: the fixtures of a run, and the records that its clean-up leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.provisioning.journal import remedy
from appointment_conformance.provisioning.provisioner import LazyProvisioner, Leftover
from appointment_conformance.targets import Fixtures, Target

from .absent_id import with_absent_settled
from .context import ScenarioContext
from .scenario import Scenario

#: Appointments made beside those that the scenarios use up.
BYSTANDERS: Final = 1


def with_own_fixtures(target: Target, fixtures: object) -> Target:
    """Return `target` with `fixtures` in place of its own, as it is where they are None; none are made then.

    Raises ConfigurationError for anything else.
    """
    if not isinstance(fixtures, Fixtures | None):
        raise ConfigurationError(f"pytest_conformance_fixtures returned {type(fixtures).__name__}, not Fixtures.")
    if fixtures is None:
        return target
    return replace(target, fixtures=target.form.own_fixtures(fixtures), provision=None)


def prepared(
    target: Target, context: ScenarioContext, provisioner: LazyProvisioner, scenarios: Iterable[Scenario]
) -> Target:
    """Make the fixtures where `target` says so, and make sure of the appointment that is absent; return the target."""
    appointments = sum(scenario.appointments for scenario in scenarios) + BYSTANDERS
    equipped = provisioner.create(target, appointments=appointments)
    context.use_target(equipped)
    settled = with_absent_settled(equipped, context.api.contract, context.client)
    context.use_target(settled)
    return settled


def left_behind(left: Sequence[Leftover], run_id: str) -> str:
    """Return a sentence on the records that are left behind, and what removes them; empty where there are none."""
    if not left:
        return ""
    remedies = [remedy(run_id)] if any(record.removable for record in left) else []
    return f"Left behind by run {run_id}: {'; '.join([*(record.message for record in left), *remedies])}."
