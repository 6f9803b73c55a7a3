"""One whole run: every requirement of a target's API, from the first request to the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appointment_conformance.targets import Target
from appointment_reports import Exchange, RunResult

from .conductor import Conductor
from .context import Profile
from .known_deviations import KnownDeviation
from .replays import ROUNDS
from .run_options import JOURNALS, RunOptions


def run(
    target: Target,
    *,
    profile: Profile = "gate",
    seed: int = 1,
    known: Sequence[KnownDeviation] = (),
    rounds: int = ROUNDS,
    journals: Path = JOURNALS,
) -> tuple[RunResult, tuple[Exchange, ...]]:
    """Judge every requirement of the target's api; return the result and every exchange behind it."""
    options = RunOptions(profile=profile, seed=seed, known=known, rounds=rounds, journals=journals)
    result = Conductor(target, options).run()
    return result, tuple(result.exchanges)
