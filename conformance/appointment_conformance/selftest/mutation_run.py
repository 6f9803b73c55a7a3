"""A mutation run: one run against a reference API with a fault or variant, and the requirements that failed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import Pipe, get_context
from typing import Any, Literal

from appointment_conformance.engine.context import Profile
from appointment_conformance.reference_targets import built_in, reference_target
from appointment_conformance.signals import ignored_by_children
from appointment_conformance.target_run import run

Kind = Literal["fault", "variant"]
#: Progress is shown after every so many runs.
PROGRESS_INTERVAL = 250


@dataclass(frozen=True, slots=True)
class MutationRun:
    """Which fault or variant to switch on at which built-in target, and how to run. An empty `name` means none."""

    kind: Kind
    name: str
    target: str
    profile: Profile = "gate"
    seed: int = 1
    max_requests: int | None = None

    @property
    def api(self) -> str:
        """The api of the target."""
        return built_in()[self.target]


@dataclass(frozen=True, slots=True)
class MutationResult:
    """The outcome of a mutation run: the target's verdict and reason, and the requirements that failed."""

    run: MutationRun
    verdict: str
    reason: str
    #: The id and the operation of every failed requirement, MUST or SHOULD.
    failed: tuple[tuple[str, str], ...]
    requests: int
    appointments: int
    seconds: float

    @property
    def failed_ids(self) -> frozenset[str]:
        """The ids of the failed requirements."""
        return frozenset(identifier for identifier, _ in self.failed)


def execute(mutation_run: MutationRun) -> MutationResult:
    """Serve the reference API with the fault or variant, run the whole suite against it, and return the result."""
    faults = [mutation_run.name] if mutation_run.kind == "fault" and mutation_run.name else []
    variants = [mutation_run.name] if mutation_run.kind == "variant" and mutation_run.name else []
    with reference_target(mutation_run.target, faults=faults, variants=variants) as target:
        limited = replace(target, limits=replace(target.limits, max_requests=mutation_run.max_requests))
        result, _ = run(limited, profile=mutation_run.profile, seed=mutation_run.seed, rounds=0)
    return MutationResult(
        run=mutation_run,
        verdict=result.verdict,
        reason=result.reason,
        failed=tuple((each.id, each.operation) for each in result.requirements if each.verdict == "failed"),
        requests=result.requests,
        appointments=result.appointments_consumed,
        seconds=result.duration_seconds,
    )


def execute_all(
    runs: Sequence[MutationRun], *, workers: int, say: Callable[[str], object] = lambda _: None
) -> list[MutationResult]:
    """Execute the runs in `workers` processes and return the results in the order of `runs`.

    `say` is called with sentences on the progress. If this process is interrupted or killed, the workers end at once.
    """
    results: list[MutationResult] = []
    share = max(1, min(50, len(runs) // (4 * workers)))
    lifeline, kept_open = Pipe(duplex=False)
    with lifeline, kept_open, _pool(workers, lifeline) as pool:
        try:
            with ignored_by_children():  # All worker processes are started here.
                pending = pool.map(execute, runs, chunksize=share)
            for result in pending:
                results.append(result)
                if len(results) % PROGRESS_INTERVAL == 0 and len(results) < len(runs):
                    say(f"{len(results)} of {len(runs)} so far")
        except BaseException:
            # Without this, the pool would wait for the runs that have started.
            kept_open.close()
            raise
    return results


def _pool(workers: int, lifeline: Any) -> ProcessPoolExecutor:
    spawned = get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawned, initializer=_end_with, initargs=(lifeline,))


def _end_with(lifeline: Any) -> None:
    """End this process as soon as the other end of `lifeline` is closed."""

    def wait() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv_bytes()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
