"""The benchmark: what the suite costs and catches, beside `schemathesis run` on the same contracts and faults."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from time import monotonic

from cost import Cost, cost, spent_by_children
from st_run import SETUPS, Setup, StRun, sample, st_run, st_runs
from stopwatch import Spent

from appointment_conformance.api import load_apis
from appointment_conformance.reference_apis import all_faults
from appointment_conformance.reference_targets import target_of
from appointment_conformance.selftest.matrix import Matrix, fault_runs, matrix_of
from appointment_conformance.selftest.mutation_run import MutationResult, MutationRun, execute_all
from appointment_conformance.selftest.selftest import cut_limits

#: How often a run and a start are measured.
RUNS, STARTS = 3, 5
PACKAGES = ("schemathesis", "hypothesis", "pytest", "requests")

Say = Callable[[str], object]


class BenchmarkError(Exception):
    """The figures would not be worth anything; the message says why."""


@dataclass(frozen=True, slots=True)
class Caught:
    """How many of the faults that were tried are caught, by runs of so many requests against a conforming server."""

    caught: int
    tried: int
    requests: int

    @property
    def per_hundred(self) -> float:
        """Faults caught for every hundred requests of a run."""
        return 100 * self.caught / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Own:
    """The suite's own figures for one api."""

    baseline: MutationResult
    matrix: Matrix
    cut: Matrix

    def caught(self, names: frozenset[str] | None = None) -> Caught:
        """Count over all faults, or over those of `names`."""
        return _counted(self.matrix, names, self.baseline.requests)

    def caught_cut(self, limit: int) -> Caught:
        """Count over the runs that are cut after `limit` requests."""
        return _counted(self.cut, None, limit)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """`schemathesis run` on one api in one setup: the run on the conforming server, and one for each sampled fault."""

    baseline: StRun
    spent: Spent
    runs: Mapping[str, StRun]

    @property
    def ended(self) -> tuple[str, ...]:
        """The faults whose run did not come to its end in time; they do not count."""
        return tuple(name for name, run in self.runs.items() if run.ended)

    @property
    def caught_names(self) -> frozenset[str]:
        """The faults on which something is found that is not found on the conforming server."""
        whole = {name: run for name, run in self.runs.items() if not run.ended}
        return frozenset(name for name, run in whole.items() if run.findings - self.baseline.findings)

    @property
    def caught(self) -> Caught:
        """Count over the sampled faults."""
        return Caught(len(self.caught_names), len(self.runs) - len(self.ended), self.baseline.requests)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything measured in one go; `own` by api, `yardsticks` by api and setup, `samples` by api."""

    own: Mapping[str, Own]
    cost: Cost
    yardsticks: Mapping[tuple[str, Setup], Yardstick]
    samples: Mapping[str, tuple[str, ...]]
    machine: Mapping[str, str]
    seconds: float


def benchmark(*, faults: int, bound: float, workers: int, say: Say) -> Benchmark:
    """Measure everything; `faults` of each api are tried with `schemathesis run`, all of them with the suite.

    Each run of Schemathesis is ended after `bound` seconds.
    Raises BenchmarkError where the machine is too busy for the figures to mean anything.
    """
    started = monotonic()
    say("the time of each part, the overhead of a request, start-up and memory")
    measured = cost(tuple(load_apis()), runs=RUNS, starts=STARTS)
    say(f"the suite on {len(all_faults())} faults, in full and cut")
    own = _own(workers)
    samples = {api: tuple(sample([one.name for one in all_faults() if one.api == api], faults)) for api in load_apis()}
    yardsticks = {}
    for api in load_apis():
        for setup in SETUPS:
            say(f"schemathesis run on {api}, {setup}, {len(samples[api])} faults")
            yardsticks[api, setup] = _yardstick(api, setup, samples[api], bound=bound, workers=workers)
    return Benchmark(own, measured, yardsticks, samples, machine(), monotonic() - started)


def machine() -> dict[str, str]:
    """Return what the figures depend on, without naming the machine."""
    facts = {"Python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return {**facts, "processors": str(os.cpu_count() or 1), **{name: version(name) for name in PACKAGES}}


def _own(workers: int) -> dict[str, Own]:
    baseline = execute_all([MutationRun("variant", "", target_of(api)) for api in load_apis()], workers=workers)
    whole = matrix_of(execute_all(fault_runs(), workers=workers))
    cut = matrix_of(execute_all(fault_runs(limits=cut_limits()), workers=workers))
    return {api: Own(one, _of(whole, api), _of(cut, api)) for api, one in zip(load_apis(), baseline, strict=True)}


def _yardstick(api: str, setup: Setup, names: tuple[str, ...], *, bound: float, workers: int) -> Yardstick:
    baselines: list[StRun] = []
    spent = spent_by_children(lambda: baselines.append(st_run(api, setup, bound=bound)))
    if baselines[0].ended:
        raise BenchmarkError(f"schemathesis run on {api} ({setup}) did not end in {bound:.0f} s; raise --bound.")
    return Yardstick(baselines[0], spent, st_runs(api, setup, names, bound=bound, workers=workers))


def _of(matrix: Matrix, api: str) -> Matrix:
    return Matrix(tuple(row for row in matrix.rows if row.fault.api == api))


def _counted(matrix: Matrix, names: frozenset[str] | None, requests: int) -> Caught:
    rows = [row for row in matrix.rows if names is None or row.fault.name in names]
    return Caught(sum(row.caught for row in rows), len(rows), requests)
