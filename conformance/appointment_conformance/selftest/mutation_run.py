"""A mutation run: one run against the reference API with something switched on, boiled down to what turned red."""

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
from appointment_conformance.signals import ignored_by_children
from appointment_conformance.target_run import run
from appointment_conformance.targets.builtin import BUILT_IN, broken_by_faults, reference_target

Kind = Literal["fault", "variant"]
#: How many runs go by between two words on progress.
PROGRESS = 250


@dataclass(frozen=True, slots=True)
class MutationRun:
    """What to switch on at which built-in target, and how to run; `name` empty switches on nothing."""

    kind: Kind
    name: str
    target: str
    profile: Profile = "gate"
    seed: int = 1
    max_requests: int | None = None

    @property
    def api(self) -> str:
        """The api of the target."""
        return BUILT_IN[self.target]


@dataclass(frozen=True, slots=True)
class MutationResult:
    """The outcome of a mutation run: the target's verdict and reason, and the requirements that did not hold."""

    run: MutationRun
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


def execute(mutation_run: MutationRun) -> MutationResult:
    """Serve the reference API as the mutation run says, run the whole suite against it, and return what turned red."""
    faults = [mutation_run.name] if mutation_run.kind == "fault" and mutation_run.name else []
    variants = [mutation_run.name] if mutation_run.kind == "variant" and mutation_run.name else []
    with reference_target(mutation_run.target, faults=faults, variants=variants) as target:
        limited = replace(target, limits=replace(target.limits, max_requests=mutation_run.max_requests))
        result, _ = run(
            limited, profile=mutation_run.profile, seed=mutation_run.seed, rounds=0, gating=broken_by_faults()
        )
    return MutationResult(
        run=mutation_run,
        verdict=result.verdict,
        reason=result.reason,
        failed=tuple((one.id, one.operation) for one in result.requirements if one.verdict == "failed"),
        requests=result.requests,
        appointments=result.appointments_consumed,
        seconds=result.duration_seconds,
    )


def execute_all(
    runs: Sequence[MutationRun], *, workers: int, say: Callable[[str], object] = lambda _: None
) -> list[MutationResult]:
    """Execute the runs in `workers` processes; the results come in their order. `say` hears of progress.

    Where this process is interrupted, or killed, those end with it at once.
    """
    results: list[MutationResult] = []
    share = max(1, min(50, len(runs) // (4 * workers)))
    lifeline, held = Pipe(duplex=False)
    with lifeline, held, _pool(workers, lifeline) as pool:
        try:
            with ignored_by_children():  # They are all started here.
                coming = pool.map(execute, runs, chunksize=share)
            for result in coming:
                results.append(result)
                if len(results) % PROGRESS == 0 and len(results) < len(runs):
                    say(f"{len(results)} of {len(runs)} so far")
        except BaseException:
            # The pool would wait for what they have begun.
            held.close()
            raise
    return results


def _pool(workers: int, lifeline: Any) -> ProcessPoolExecutor:
    spawned = get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawned, initializer=_end_with, initargs=(lifeline,))


def _end_with(lifeline: Any) -> None:
    """End this process as soon as nobody holds the other end of `lifeline`."""

    def wait() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv_bytes()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
