"""The self-test: every fault, every variant, the cut runs and the cost."""

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

#: The share of the faults that the cut runs of all APIs together must still catch.
MIN_CUT_SHARE = 0.75

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Proof:
    """The results of the self-test."""

    baseline: tuple[MutationResult, ...]
    matrix: Matrix
    cut: Matrix
    variants: tuple[MutationResult, ...]
    seconds: float
    #: By API: the requests that exercise each requirement, and the answers that it accepts.
    witnesses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def falsely_accused(self) -> tuple[MutationResult, ...]:
        """The runs against conforming servers whose verdict is not `conformant`."""
        return tuple(result for result in (*self.baseline, *self.variants) if result.verdict != "conformant")

    @property
    def cut_share(self) -> float:
        """The share of the faults that the cut runs catch."""
        rows = self.cut.rows
        return sum(row.caught for row in rows) / len(rows) if rows else 1.0

    @property
    def objections(self) -> tuple[str, ...]:
        """One sentence for each reason why the suite is not proven; empty if it is."""
        return (
            *(f"{row.fault.name}: not caught by {', '.join(row.missed)}" for row in self.matrix.survivors),
            *(
                f"{row.fault.name}: makes the unrelated {', '.join(row.accused)} fail"
                for row in self.matrix.accusations
            ),
            *(f"{name}: unproven, because it catches no fault" for name in self.matrix.unproven),
            *(f"{_named(result)}: {result.verdict}, {result.reason}" for result in self.falsely_accused),
            *_too_expensive(self.baseline),
            *self._cut_objection(),
        )

    def _cut_objection(self) -> tuple[str, ...]:
        if self.cut_share >= MIN_CUT_SHARE:
            return ()
        listed = _listed(cut_limits())
        return (f"runs cut at {listed} requests catch {self.cut_share:.1%} of the faults, not {MIN_CUT_SHARE:.0%}",)


def selftest(*, workers: int, seeds: int, say: Say, apis: tuple[str, ...] = ()) -> Proof:
    """Run the faults and variants of `apis`, empty for all APIs, and return the proof.

    `seeds` is the number of `thorough` runs against each variant, each with its own seed.
    """
    started = monotonic()
    say("the reference API without faults")
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
    say(f"{len(conformant)} runs against {len({mutation_run.name for mutation_run in conformant})} conformant variants")
    variants = execute_all(conformant, workers=workers, say=say)
    return Proof(tuple(baseline), matrix, cut, tuple(variants), monotonic() - started, exercised)


def variant_runs(seeds: int, apis: Collection[str] = ()) -> list[MutationRun]:
    """Return the runs of every variant of `apis`, empty for all APIs.

    Each variant is run once in `gate`, and in `thorough` with each of `seeds` seeds.
    """
    gate = [
        MutationRun("variant", name, target_of(api))
        for api, reference in reference_apis().items()
        if not apis or api in apis
        for name in reference.variants
    ]
    thorough = [replace(each, profile="thorough", seed=seed) for seed in range(1, seeds + 1) for each in gate]
    return gate + thorough


def cut_limits(apis: Collection[str] = ()) -> Mapping[str, int]:
    """Return by API the maximum requests of a cut run, for those of `apis` (empty for all) that define it."""
    cuts = {api: load_apis()[api].selftest.cut for api in apis or reference_apis()}
    return {api: cut for api, cut in cuts.items() if cut is not None}


def processors() -> int:
    """Return how many runs to execute at the same time: one for each processor."""
    return os.cpu_count() or 1


def _too_expensive(baseline: tuple[MutationResult, ...]) -> tuple[str, ...]:
    return tuple(
        f"{result.run.target}: {result.requests} requests and {result.appointments} fixtures are too many"
        for result in baseline
        for limits in [load_apis()[result.run.api].selftest]
        if _exceeds(result.requests, limits.requests) or _exceeds(result.appointments, limits.appointments)
    )


def _exceeds(count: int, limit: int | None) -> bool:
    return limit is not None and count > limit


def _named(result: MutationResult) -> str:
    run = result.run
    return f"{run.target} {f'with `{run.name}`' if run.name else 'without a variant'} ({run.profile}, seed {run.seed})"


def _listed(limits: Mapping[str, int]) -> str:
    return " and ".join(f"{count} ({api})" for api, count in limits.items())
