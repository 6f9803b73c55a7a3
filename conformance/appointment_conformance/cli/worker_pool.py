"""A pool of worker processes: several targets side by side, each in a process of its own."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from appointment_conformance.pytest_plugin.jobs import Job, group_by_use
from appointment_conformance.signals import ENDED_BY_INTERRUPT, own_session
from appointment_conformance.traffic.secrets import Secrets

from .progress import Progress

#: Prefixes of environment variables that would change what the worker does: those of Python, pytest and Schemathesis,
#: and the one that makes a library write the keys of encrypted connections to a file.
_FOREIGN = ("PYTHON", "PYTEST_", "SCHEMATHESIS_", "SSLKEYLOGFILE")
#: Variables with such a prefix that the worker needs: they say where Python, its modules and its compiled files are.
_KEPT = {
    *("PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
}
#: How many workers run at the same time unless the user says it, and how many the user may ask for.
DEFAULT_JOBS = 8
MAX_JOBS = 64
#: The maximum time before a signal is handled.
SIGNAL_SECONDS = 0.2
#: The exit code of a process that could not be started.
NOT_STARTED = 5
#: How many of the last characters that a worker writes to stderr are kept.
MAX_STDERR = 4000

Listener = Callable[[str, dict[str, Any]], None]
OnEnd = Callable[[Job, "WorkerExit"], object]


@dataclass(frozen=True, slots=True)
class WorkerExit:
    """How the process of a target ended: its exit code, the end of its stderr, and how far the run was."""

    target: str
    code: int
    stderr: str
    #: None if the process was never started.
    progress: Progress | None = None


def _ignore_end(_: Job, __: WorkerExit) -> None:
    """Do nothing when the process of a job has ended."""


class WorkerPool:
    """The worker processes of one invocation. Each is its own session, so signals reach it only through the pool."""

    def __init__(self, size: int = DEFAULT_JOBS) -> None:
        """Create an empty pool that runs at most `size` processes at the same time."""
        self._size = size
        self._running: list[subprocess.Popen[str]] = []
        #: Whether no further process starts, and whether the running ones were asked to end as well.
        self.closed = self.stopped = False
        # `next` of a counter is atomic: a second signal can arrive while the first is handled.
        self._stops = itertools.count()

    def run(self, jobs: Sequence[Job], listener: Listener, on_end: OnEnd = _ignore_end) -> list[WorkerExit]:
        """Run every job in its own process, and call `listener` with the target and the data of each event.

        Jobs that share an address or fixtures run one after the other, the others at the same time. `on_end` is called
        once for each job, in any thread, when its process has ended. The result has the order of `jobs`. A job that was
        not started before the pool was closed has the exit code of SIGINT. Raises what `on_end` raises, when every
        process has ended.
        """
        groups = group_by_use(jobs)
        with ThreadPoolExecutor(max_workers=min(len(groups), self._size)) as threads:
            futures = [threads.submit(self._run_in_turn, group, listener, on_end) for group in groups]
            # Any thread can receive a signal, but only this one handles it, so it must never wait for long.
            while wait(futures, timeout=SIGNAL_SECONDS).not_done:
                pass
            ended = {worker.target: worker for future in futures for worker in future.result()}
            return [ended[job.target] for job in jobs]

    def close(self) -> None:
        """Start no further process; those that run are not changed."""
        self.closed = True

    def stop(self) -> None:
        """Start no further process, ask the others to stop and to write their reports; at the second call kill them."""
        self.closed = self.stopped = True
        end = subprocess.Popen.kill if next(self._stops) else _ask_to_end
        for process in tuple(self._running):
            end(process)

    def _run_in_turn(self, jobs: Sequence[Job], listener: Listener, on_end: OnEnd) -> list[WorkerExit]:
        ended = []
        for job in jobs:
            ended.append(self._run_one(job, listener))
            on_end(job, ended[-1])
        return ended

    def _run_one(self, job: Job, listener: Listener) -> WorkerExit:
        if self.closed:
            return WorkerExit(job.target, ENDED_BY_INTERRUPT, "")
        try:
            process = _worker(job)
        except OSError as error:
            return WorkerExit(job.target, NOT_STARTED, f"it could not be started: {error.strerror}")
        with process:
            self._running.append(process)
            if self.stopped:
                _ask_to_end(process)
            with suppress(Exception):
                listener(job.target, {"event": "started"})
            _send_targets(process, job)
            stderr, progress = _followed(process, job, listener)
            self._running.remove(process)
            return WorkerExit(job.target, process.wait(), job.secrets.hide_text(stderr), progress)


def _worker(job: Job) -> subprocess.Popen[str]:
    """Start the process of a job. Its standard input stays open until the process has to end."""
    return subprocess.Popen(  # noqa: S603 - our own module, with arguments and no shell
        [sys.executable, "-P", "-m", "appointment_conformance.cli.worker", *job.arguments()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        pass_fds=[] if job.hold is None else [job.hold],
        text=True,
        encoding="utf-8",
        errors="replace",
        **own_session(),
    )


def _send_targets(process: subprocess.Popen[str], job: Job) -> None:
    """Send the targets file, as it was read, to the worker in one line, and leave its standard input open."""
    line = memoryview(f"{json.dumps(job.targets and job.targets.to_dict())}\n".encode())
    with contextlib.suppress(OSError, ValueError):  # the process has ended, or was asked to end
        while process.stdin and line:
            # Unbuffered, because a buffer would be written again when the pipe is closed.
            line = line[os.write(process.stdin.fileno(), line) :]


def _ask_to_end(process: subprocess.Popen[str]) -> None:
    """Close the standard input of a process, which interrupts it. That works on every system and at any moment."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _followed(process: subprocess.Popen[str], job: Job, listener: Listener) -> tuple[str, Progress]:
    """Call the listener with every event until the process ends; return the end of its stderr, and its progress."""
    progress = Progress()
    with ThreadPoolExecutor(max_workers=1) as reader:
        stderr = reader.submit(_end_of, process.stderr)
        try:
            for line in process.stdout or ():
                event = _event(line, job.secrets)
                progress = progress.after(event)
                # The listener only shows the event. Its error must not end a run that has created records.
                with suppress(Exception):
                    listener(job.target, event)
        except BaseException:
            # No process is left running after an error here.
            process.kill()
            raise
        return stderr.result(), progress


def _event(line: str, secrets: Secrets) -> dict[str, Any]:
    """The event of a line; empty if a library has written something else to the stream."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(event, dict):
        return {}
    return {name: secrets.hide_text(value) if isinstance(value, str) else value for name, value in event.items()}


def _end_of(stream: IO[str] | None) -> str:
    end = ""
    while stream and (more := stream.read(MAX_STDERR)):
        end = (end + more)[-MAX_STDERR:]
    return end


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or not name.startswith(_FOREIGN)}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONIOENCODING": "utf-8"}
