"""One whole run against one target, as a function call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from appointment_conformance.api import api_of, load_apis
from appointment_conformance.engine.conductor import Conductor
from appointment_conformance.engine.context import Profile
from appointment_conformance.engine.known_deviations import KnownDeviation
from appointment_conformance.engine.replays import ROUNDS
from appointment_conformance.engine.run_options import JOURNALS, RunOptions
from appointment_conformance.targets import Target
from appointment_reports import Exchange, RunResult


def conductor_of(target: Target, options: RunOptions | None = None) -> Conductor:
    """Return a conductor for `target` and the API that it names.

    What counts against the target is what its `gating` says, by default all that is proven able to fail.

    Raises ConfigurationError for an API that is not installed or cannot be used, and for a contract of the target's own
    that cannot be used.
    """
    api, options = api_of(target), options or RunOptions()
    gating = load_apis().proven_for(target.api) if target.gating is None else target.gating
    return Conductor(target, api, replace(options, gating=gating))


def run(
    target: Target,
    *,
    profile: Profile = "gate",
    seed: int = 1,
    known: Sequence[KnownDeviation] = (),
    rounds: int = ROUNDS,
    journals: Path = JOURNALS,
) -> tuple[RunResult, tuple[Exchange, ...]]:
    """Judge every requirement of the target's API; return the result and every exchange behind it."""
    options = RunOptions(profile=profile, seed=seed, known=known, rounds=rounds, journals=journals)
    result = conductor_of(target, options).run()
    return result, tuple(result.exchanges)
