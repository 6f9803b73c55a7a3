"""The self-test: every fault, every variant, the cut runs and the cost, in one go."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from appointment_conformance.api import load_apis
from appointment_conformance.reference import VARIANTS
from appointment_conformance.reference_targets import target_of

from .matrix import Matrix, fault_trials, matrix_of
from .mutation_run import Trial, TrialResult, conduct_all

#: What a run in the `gate` profile may cost at most: requests by api, and appointments.
MOST_REQUESTS: Mapping[str, int] = {"omneo": 290, "mijnklantportaal": 60}
MOST_APPOINTMENTS = 8
#: A run that is cut here still has to catch this share of the faults.
CUT: Mapping[str, int] = {"omneo": 25, "mijnklantportaal": 15}
CUT_SHARE = 0.75

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the self-test found."""

    baseline: tuple[TrialResult, ...]
    matrix: Matrix
    cut: Matrix
    variants: tuple[TrialResult, ...]
    seconds: float

    @property
    def falsely_accused(self) -> tuple[TrialResult, ...]:
        """The conformant servers that were not found conformant."""
        return tuple(one for one in (*self.baseline, *self.variants) if one.verdict != "conformant")

    @property
    def cut_share(self) -> float:
        """The share of the faults that the cut runs catch."""
        return sum(row.caught for row in self.cut.rows) / len(self.cut.rows)

    @property
    def objections(self) -> tuple[str, ...]:
        """Everything that keeps the suite from being proven, a sentence each; empty is success."""
        return (
            *(f"{row.fault.name}: not caught by {', '.join(row.missed)}" for row in self.matrix.survivors),
            *(f"{row.fault.name}: accuses {', '.join(row.accused)}, unrelated" for row in self.matrix.accusations),
            *(f"{name}: unproven, no fault is caught by it" for name in self.matrix.unproven),
            *(f"{_named(one)}: {one.verdict}, {one.reason}" for one in self.falsely_accused),
            *_too_expensive(self.baseline),
            *self._cut_objection(),
        )

    def _cut_objection(self) -> tuple[str, ...]:
        if self.cut_share >= CUT_SHARE:
            return ()
        return (f"runs cut at {_listed(CUT)} requests catch {self.cut_share:.1%} of the faults, not {CUT_SHARE:.0%}",)


def selftest(*, workers: int, seeds: int, say: Say) -> Proof:
    """Run everything and return the proof; `seeds` is the number of `thorough` seeds tried on each variant."""
    started = monotonic()
    say("the reference API as it is")
    baseline = conduct_all([Trial("variant", "", target_of(api)) for api in load_apis()], workers=workers)
    trials = fault_trials()
    say(f"{len(trials)} faults")
    matrix = matrix_of(conduct_all(trials, workers=workers))
    say(f"{len(trials)} faults, cut at {_listed(CUT)} requests")
    cut = matrix_of(conduct_all(fault_trials(limits=CUT), workers=workers))
    conformant = variant_trials(seeds)
    say(f"{len(conformant)} runs against {len(VARIANTS)} conformant variants")
    variants = conduct_all(conformant, workers=workers, say=say)
    return Proof(tuple(baseline), matrix, cut, tuple(variants), monotonic() - started)


def variant_trials(seeds: int) -> list[Trial]:
    """Return the trials of every variant: once in `gate`, and in `thorough` with each of `seeds` seeds."""
    gate = [Trial("variant", one.name, target_of(api)) for one in VARIANTS.values() for api in _apis_of(one.api)]
    thorough = [
        Trial("variant", trial.name, trial.target, profile="thorough", seed=seed)
        for seed in range(1, seeds + 1)
        for trial in gate
    ]
    return gate + thorough


def processors() -> int:
    """Return how many trials to run side by side."""
    return os.cpu_count() or 1


def _apis_of(api: str) -> tuple[str, ...]:
    return (api,) if api else tuple(load_apis())


def _too_expensive(baseline: tuple[TrialResult, ...]) -> tuple[str, ...]:
    return tuple(
        f"{one.trial.target}: {one.requests} requests and {one.appointments} appointments are too many"
        for one in baseline
        if one.requests > MOST_REQUESTS[_api(one)] or one.appointments > MOST_APPOINTMENTS
    )


def _api(result: TrialResult) -> str:
    return result.trial.target.removeprefix("reference-")


def _named(result: TrialResult) -> str:
    trial = result.trial
    return f"{trial.target} as `{trial.name or 'it is'}` ({trial.profile}, seed {trial.seed})"


def _listed(limits: Mapping[str, int]) -> str:
    return " and ".join(f"{count} ({api})" for api, count in limits.items())
