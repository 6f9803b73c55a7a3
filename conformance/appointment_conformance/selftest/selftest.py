"""The self-test: every fault, every variant, the cut runs and the cost, in one go."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from appointment_conformance.api import load_apis
from appointment_conformance.reference_apis import reference_apis
from appointment_conformance.reference_targets import target_of

from .matrix import Matrix, fault_runs, matrix_of
from .mutation_run import MutationResult, MutationRun, execute_all
from .witnesses import witnesses

#: The cut runs of all APIs together still have to catch this share of the faults.
CUT_SHARE = 0.75

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the self-test found."""

    baseline: tuple[MutationResult, ...]
    matrix: Matrix
    cut: Matrix
    variants: tuple[MutationResult, ...]
    seconds: float
    #: By api, which requests exercise each requirement, and what answers it accepts.
    witnesses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def falsely_accused(self) -> tuple[MutationResult, ...]:
        """The conformant servers that were not found conformant."""
        return tuple(one for one in (*self.baseline, *self.variants) if one.verdict != "conformant")

    @property
    def cut_share(self) -> float:
        """The share of the faults that the cut runs catch."""
        rows = self.cut.rows
        return sum(row.caught for row in rows) / len(rows) if rows else 1.0

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
        listed = _listed(cut_limits())
        return (f"runs cut at {listed} requests catch {self.cut_share:.1%} of the faults, not {CUT_SHARE:.0%}",)


def selftest(*, workers: int, seeds: int, say: Say, apis: tuple[str, ...] = ()) -> Proof:
    """Run everything of `apis`, of all of them without any, and return the proof.

    `seeds` is the number of `thorough` seeds tried on each variant.
    """
    started = monotonic()
    say("the reference API as it is")
    names = apis or tuple(reference_apis())
    baseline = execute_all([MutationRun("variant", "", target_of(api)) for api in names], workers=workers)
    exercised = witnesses(names)
    faults = fault_runs(apis)
    say(f"{len(faults)} faults")
    matrix = matrix_of(execute_all(faults, workers=workers), apis)
    limits = cut_limits(apis)
    faults = fault_runs(apis, limits=limits)
    if limits:
        say(f"{len(faults)} faults, cut at {_listed(limits)} requests")
    cut = matrix_of(execute_all(faults, workers=workers), apis)
    conformant = variant_runs(seeds, apis)
    say(f"{len(conformant)} runs against {len({one.name for one in conformant})} conformant variants")
    variants = execute_all(conformant, workers=workers, say=say)
    return Proof(tuple(baseline), matrix, cut, tuple(variants), monotonic() - started, exercised)


def variant_runs(seeds: int, apis: Collection[str] = ()) -> list[MutationRun]:
    """Return the runs of every variant: once in `gate`, and in `thorough` with each of `seeds` seeds.

    They are those of `apis`, or of all APIs without any.
    """
    gate = [
        MutationRun("variant", name, target_of(api))
        for api, reference in reference_apis().items()
        if not apis or api in apis
        for name in reference.variants
    ]
    thorough = [replace(one, profile="thorough", seed=seed) for seed in range(1, seeds + 1) for one in gate]
    return gate + thorough


def cut_limits(apis: Collection[str] = ()) -> Mapping[str, int]:
    """Return, by api, after how many requests a cut run ends, for every one of `apis`, or of all, that says so."""
    cuts = {api: load_apis()[api].selftest.cut for api in apis or reference_apis()}
    return {api: cut for api, cut in cuts.items() if cut is not None}


def processors() -> int:
    """Return how many runs to have side by side."""
    return os.cpu_count() or 1


def _too_expensive(baseline: tuple[MutationResult, ...]) -> tuple[str, ...]:
    return tuple(
        f"{one.run.target}: {one.requests} requests and {one.appointments} fixtures are too many"
        for one in baseline
        for most in [load_apis()[one.run.api].selftest]
        if _exceeds(one.requests, most.requests) or _exceeds(one.appointments, most.appointments)
    )


def _exceeds(count: int, most: int | None) -> bool:
    return most is not None and count > most


def _named(result: MutationResult) -> str:
    run = result.run
    return f"{run.target} as `{run.name or 'it is'}` ({run.profile}, seed {run.seed})"


def _listed(limits: Mapping[str, int]) -> str:
    return " and ".join(f"{count} ({api})" for api, count in limits.items())
