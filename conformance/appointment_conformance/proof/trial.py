"""A trial: one run against the reference API with something switched on, boiled down to what turned red."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Literal

from appointment_conformance.running.run import run
from appointment_conformance.scenarios.stage import Profile
from appointment_conformance.targets.builtin import reference_target

Kind = Literal["fault", "variant"]
#: How many trials go by between two words on progress.
PROGRESS = 250


@dataclass(frozen=True, slots=True)
class Trial:
    """What to switch on at which built-in target, and how to run; `name` empty switches on nothing."""

    kind: Kind
    name: str
    target: str
    profile: Profile = "gate"
    seed: int = 1
    max_requests: int | None = None


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The outcome of a trial: the target's verdict and reason, and the requirements that did not hold."""

    trial: Trial
    verdict: str
    reason: str
    #: (requirement id, operation) of every failed one, whatever its level.
    failed: tuple[tuple[str, str], ...]
    requests: int
    appointments: int
    seconds: float

    @property
    def failed_ids(self) -> frozenset[str]:
        """The ids alone."""
        return frozenset(identifier for identifier, _ in self.failed)


def conduct(trial: Trial) -> TrialResult:
    """Serve the reference API as the trial says, run the whole suite against it, and return what turned red."""
    faults = [trial.name] if trial.kind == "fault" and trial.name else []
    variants = [trial.name] if trial.kind == "variant" and trial.name else []
    with reference_target(trial.target, faults=faults, variants=variants) as target:
        limited = replace(target, limits=replace(target.limits, max_requests=trial.max_requests))
        result, _ = run(limited, profile=trial.profile, seed=trial.seed, rounds=0)
    return TrialResult(
        trial=trial,
        verdict=result.verdict,
        reason=result.reason,
        failed=tuple((one.id, one.operation) for one in result.requirements if one.verdict == "failed"),
        requests=result.requests,
        appointments=result.appointments_consumed,
        seconds=result.duration_seconds,
    )


def conduct_all(
    trials: Sequence[Trial], *, workers: int, say: Callable[[str], object] = lambda _: None
) -> list[TrialResult]:
    """Conduct trials in `workers` processes; the results come in the order of the trials. `say` hears of progress."""
    results: list[TrialResult] = []
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        for result in pool.map(conduct, trials, chunksize=max(1, min(50, len(trials) // (4 * workers)))):
            results.append(result)
            if len(results) % PROGRESS == 0 and len(results) < len(trials):
                say(f"{len(results)} of {len(trials)} so far")
    return results
