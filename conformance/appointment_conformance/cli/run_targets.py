"""Run every target in its own process, report crashed workers, and return the most severe exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from appointment_conformance import __version__
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE, worst
from appointment_conformance.output import hurry
from appointment_conformance.provisioning.journal import reminders
from appointment_conformance.provisioning.remaining_records import describe_remaining, journals_in
from appointment_conformance.pytest_plugin.jobs import Job, group_by_use
from appointment_conformance.pytest_plugin.report_folder import claimed, origin, run_id_in
from appointment_conformance.pytest_plugin.surroundings import MIN_OPEN_FILES, check_surroundings
from appointment_conformance.signals import forwarded_to, name_of
from appointment_conformance.targets.excerpt import excerpts
from appointment_conformance.targets.source import TargetsText
from appointment_reports import ReportError, RunResult, TargetVerdict, write_artefacts

from .console import Console
from .progress import Progress
from .worker_pool import DEFAULT_JOBS, WorkerExit, WorkerPool

SHARED = "an address or fixtures"
#: The reason of a target that was left out; the name of the target that has not passed follows.
LEFT_OUT = "it was not started: --fail-fast starts no target after"
#: How many files this process has open beside those of its targets, and how many for each process that it starts.
OWN_FILES, PIPES_OF_WORKER = 32, 6
#: How many names a message lists.
MAX_LISTED = 8
_CODES = {*EXIT_CODES.values(), USAGE, INTERRUPTED}


@dataclass(frozen=True, slots=True)
class Schedule:
    """How many targets run at the same time, and whether others start after one that has not passed."""

    jobs: int = DEFAULT_JOBS
    fail_fast: bool = False


def run_targets(jobs: Sequence[Job], console: Console, schedule: Schedule | None = None) -> int:
    """Run every job, show what happens, and return the exit code. No report of an earlier run is kept.

    After SIGINT, SIGTERM or the like, the run ends and reports what it has tested; a second signal kills the workers.
    Both give 130. A console that cannot be written to changes nothing. Raises ConfigurationError, before anything is
    sent, if the reports cannot be written or another run writes to the same directory.
    """
    schedule = schedule or Schedule()
    check_surroundings(_open_files(len(jobs), schedule.jobs))
    with claimed(job.directory for job in jobs) as holds:
        held = [replace(job, hold=hold) for job, hold in zip(_with_excerpts(jobs), holds, strict=True)]
        return _Run(held, console, schedule).play()


def _open_files(targets: int, jobs: int) -> int:
    """How many files are open at once: a lock on the folder of each target, and the pipes of each running process."""
    return max(MIN_OPEN_FILES, OWN_FILES + targets + PIPES_OF_WORKER * min(targets, jobs))


def _with_excerpts(jobs: Sequence[Job]) -> list[Job]:
    """The jobs, each with its own target as the text of its file: parsing a thousand of them takes half a second."""
    names: dict[TargetsText, list[str]] = {}
    for job in jobs:
        if job.targets:
            names.setdefault(job.targets, []).append(job.target)
    texts = {source: excerpts(source, targets) for source, targets in names.items() if len(targets) > 1}
    return [replace(job, targets=texts[job.targets][job.target]) if job.targets in texts else job for job in jobs]


class _Run:
    """The jobs of one invocation, and the exit code of each that has ended."""

    def __init__(self, jobs: Sequence[Job], console: Console, schedule: Schedule) -> None:
        self._jobs, self._console, self._fail_fast = jobs, console, schedule.fail_fast
        self._pool = WorkerPool(schedule.jobs)
        self._former = {job.target: journals_in(job.directory) for job in jobs}
        self._codes: list[int] = []
        #: The target after which no other one starts, empty if there is none, and how many were left out then.
        self._last, self._left_out = "", 0

    def play(self) -> int:
        for group in group_by_use(self._jobs):
            if len(group) > 1:
                self._console.show_message(f"{_listed(group)}: one after the other, as they share {SHARED}")
        with forwarded_to(partial(_stop, self._pool)), self._console.following(self._jobs):
            self._pool.run(self._jobs, self._console.on_event, self._on_end)
        if self._left_out:
            was = "target was" if self._left_out == 1 else "targets were"
            self._console.show_message(f"{self._left_out} {was} not started, because of --fail-fast.")
        return INTERRUPTED if self._pool.stopped else worst(self._codes)

    def _on_end(self, job: Job, worker: WorkerExit) -> None:
        code = self._code(job, worker)
        self._codes.append(code)
        if self._fail_fast and code and not self._last:
            self._last = job.target
            self._pool.close()
        if _has_own_result(job):
            self._console.end(job.target, job.directory)

    def _code(self, job: Job, worker: WorkerExit) -> int:
        """The exit code of one job. If its process ended without a result, a result with what is known is written."""
        interrupted = self._pool.stopped
        # The result is the last report that a worker writes, so the others exist as well.
        if _has_own_result(job) and (interrupted or worker.code in _CODES):
            return worker.code if worker.code in _CODES else INTERRUPTED
        is_left_out = worker.progress is None and not interrupted and bool(self._last)
        verdict: TargetVerdict = "not-verified" if interrupted or is_left_out else "error"
        why = f"{LEFT_OUT} {self._last}" if is_left_out else _why(worker, interrupted=interrupted)
        self._write(job, verdict, why, worker.progress or Progress())
        if is_left_out:
            self._left_out += 1
            return EXIT_CODES[verdict]
        return worker.code if worker.code in {USAGE, INTERRUPTED} else EXIT_CODES["error"]

    def _write(self, job: Job, verdict: TargetVerdict, why: str, progress: Progress) -> None:
        """Write the reports of a job without a result; the reason names every record of this run only."""
        standing = describe_remaining(journals_in(job.directory).difference(self._former[job.target]))
        reason = " ".join((f"{why.rstrip('.')}.", progress.summary(), *standing, *reminders(job.directory)))
        result = crash_result(job, verdict, reason, progress)
        try:
            write_artefacts(result, (), job.directory, scrub=job.secrets.scrub)
        except ReportError as error:
            self._console.end_without_report(job.target, f"{result.reason.rstrip('.')}; {error}")


def _listed(jobs: Sequence[Job]) -> str:
    """The targets of some jobs by name, at most as many as a line can show."""
    names = [job.target for job in jobs]
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return ", ".join(names[:MAX_LISTED]) + more


def _has_own_result(job: Job) -> bool:
    """Whether the result in the folder is of this run. Without file locks, another run could have written it."""
    return run_id_in(job.directory) == job.run_id


def _stop(pool: WorkerPool) -> None:
    if pool.stopped:
        hurry()
    pool.stop()


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
