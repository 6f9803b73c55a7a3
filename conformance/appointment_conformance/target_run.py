"""One whole run against one target, for callers from Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appointment_conformance.api import load_apis
from appointment_conformance.engine.context import Profile
from appointment_conformance.engine.known_deviations import KnownDeviation
from appointment_conformance.engine.replays import ROUNDS
from appointment_conformance.engine.run import JOURNALS, Run
from appointment_conformance.errors import NotTestable
from appointment_conformance.targets import Target
from appointment_reports import Exchange, RunResult


def run(
    target: Target,
    *,
    profile: Profile = "gate",
    seed: int = 1,
    known: Sequence[KnownDeviation] = (),
    rounds: int = ROUNDS,
    journals: Path = JOURNALS,
    gating: frozenset[str] | None = None,
) -> tuple[RunResult, tuple[Exchange, ...]]:
    """Judge every requirement of the target's API; return the result and every exchange behind it.

    `gating` are the requirements that may count against the target: those that are proven able to fail, unless given.
    """
    api = load_apis()[target.api]
    conducted = Run(
        target,
        api,
        profile=profile,
        seed=seed,
        known=known,
        rounds=rounds,
        journals=journals,
        gating=load_apis().proven if gating is None else gating,
    )
    try:
        conducted.conduct(api.catalogue, api.questions)
        results = [conducted.judge(one, operation) for one in api.catalogue for operation in one.operations]
        return conducted.result(results), tuple(conducted.exchanges())
    except NotTestable as reason:
        return conducted.broken_off("not-testable", reason), tuple(conducted.exchanges())
    finally:
        conducted.close()
