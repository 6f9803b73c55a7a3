"""Run every target in its own process, report crashed workers, and return the most severe exit code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from appointment_conformance import __version__
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE, worst
from appointment_conformance.output import hurry
from appointment_conformance.provisioning.journal import reminders
from appointment_conformance.provisioning.remaining_records import describe_remaining, journals_in
from appointment_conformance.pytest_plugin.jobs import Job, group_by_use
from appointment_conformance.pytest_plugin.report_folder import claimed, origin, run_id_in
from appointment_conformance.signals import forwarded_to, name_of
from appointment_reports import ReportError, RunResult, TargetVerdict, write_artefacts

from .console import Console
from .progress import Progress
from .worker_pool import WorkerExit, WorkerPool

SHARED = "an address or fixtures"
_CODES = {*EXIT_CODES.values(), USAGE, INTERRUPTED}


def run_targets(jobs: Sequence[Job], console: Console) -> int:
    """Run every job, show what happens, and return the exit code. No report of an earlier run is kept.

    After SIGINT, SIGTERM or the like, the run ends and reports what it has tested; a second signal kills the workers.
    Both give 130. A console that cannot be written to changes nothing. Raises ConfigurationError, before anything is
    sent, if the reports cannot be written or another run writes to the same directory.
    """
    with claimed(job.directory for job in jobs) as holds:
        held = [replace(job, hold=hold) for job, hold in zip(jobs, holds, strict=True)]
        return _run(held, console)


def _run(jobs: Sequence[Job], console: Console) -> int:
    for group in group_by_use(jobs):
        if len(group) > 1:
            console.show_message(
                f"{', '.join(job.target for job in group)}: one after the other, as they share {SHARED}"
            )
    pool = WorkerPool()
    with forwarded_to(partial(_stop, pool)):
        former = {job.target: journals_in(job.directory) for job in jobs}
        with console.following(jobs):
            exits = pool.run(jobs, console.on_event)
        codes = [
            _code(job, worker, console, interrupted=pool.stopped, former=former[job.target])
            for job, worker in zip(jobs, exits, strict=True)
        ]
        for job in jobs:
            if _has_own_result(job):
                console.conclude(job.target, job.directory)
    return INTERRUPTED if pool.stopped else worst(codes)


def _has_own_result(job: Job) -> bool:
    """Whether the result in the folder is of this run. Without file locks, another run could have written it."""
    return run_id_in(job.directory) == job.run_id


def _stop(pool: WorkerPool) -> None:
    if pool.stopped:
        hurry()
    pool.stop()


def _code(job: Job, worker: WorkerExit, console: Console, *, interrupted: bool, former: Collection[Path]) -> int:
    """The exit code of one job. If its process ended without a result, a result with what is known is written.

    `former` are the journals of earlier runs; the reason names every record of this run only.
    """
    # The result is the last report that a worker writes, so the others exist as well.
    is_judged = _has_own_result(job)
    if is_judged and (interrupted or worker.code in _CODES):
        return worker.code if worker.code in _CODES else INTERRUPTED
    verdict: TargetVerdict = "not-verified" if interrupted else "error"
    progress = worker.progress or Progress()
    standing = describe_remaining(journals_in(job.directory).difference(former))
    why = _why(worker, interrupted=interrupted).rstrip(".")
    reason = " ".join((f"{why}.", progress.summary(), *standing, *reminders(job.directory)))
    result = crash_result(job, verdict, reason, progress)
    try:
        write_artefacts(result, (), job.directory, scrub=job.secrets.scrub)
    except ReportError as error:
        console.complain(job.target, f"{result.reason.rstrip('.')}; {error}")
    return worker.code if worker.code in {USAGE, INTERRUPTED} else EXIT_CODES["error"]


def _why(worker: WorkerExit, *, interrupted: bool) -> str:
    """Why the worker of a target has written no result."""
    if not interrupted:
        return f"the process of this target {_end(worker)}"
    if worker.progress is None:
        return "the run was interrupted before its turn"
    if not worker.progress.requests:
        return "the run was interrupted before anything was judged"
    return "the run was interrupted and ended at once"


def _end(worker: WorkerExit) -> str:
    """How a process ended, as text."""
    last = (worker.stderr.strip().splitlines() or ["it wrote nothing to stderr"])[-1]
    if worker.code < 0:
        return f"was killed by {name_of(-worker.code)}; {last}"
    return f"ended with code {worker.code}: {last}"


def crash_result(job: Job, verdict: TargetVerdict, reason: str, progress: Progress) -> RunResult:
    """Return the result of a job whose process ended without one, with the counts of `progress`."""
    return RunResult(
        target=job.target,
        api=progress.api,
        base_url=progress.base_url,
        verdict=verdict,
        reason=reason,
        profile=job.profile,
        seed=job.seed,
        suite_version=__version__,
        run_id=job.run_id,
        targets_file=origin(job.file, job.output),
        started_at=datetime.now(UTC),
        duration_seconds=0.0,
        requests=progress.requests,
        appointments_consumed=progress.appointments,
        requirements=(),
    )
