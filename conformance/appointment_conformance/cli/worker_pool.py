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

from appointment_conformance.pytest_plugin.jobs import Job
from appointment_conformance.signals import ENDED_BY_INTERRUPT, own_session
from appointment_conformance.traffic.secrets import Secrets

from .progress import Progress

#: Prefixes of environment variables that would change what the worker does: those of Python, pytest and Schemathesis,
#: and the one with which a library writes down what opens a recorded connection.
_FOREIGN = ("PYTHON", "PYTEST_", "SCHEMATHESIS_", "SSLKEYLOGFILE")
#: Variables with such a prefix that are kept: they say where Python, its modules and its compiled files are.
_KEPT = {
    *("PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
}
#: How many workers run side by side.
MAX_WORKERS = 8
#: How long a signal may wait to be handled.
SIGNAL_SECONDS = 0.2
#: The exit code of a process that could not be started.
NOT_STARTED = 5
#: Characters of what a worker writes to stderr that are kept: its end.
STDERR_KEPT = 4000

Listener = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class WorkerExit:
    """How the process of a target ended: its exit code, the end of what it wrote to stderr, how far it had come."""

    target: str
    code: int
    stderr: str
    #: None where its turn never came.
    progress: Progress | None = None


def sharing(jobs: Sequence[Job]) -> list[list[Job]]:
    """Return the jobs in groups: those that use something in common, directly or through others, are in one group."""
    groups: list[list[Job]] = []
    for job in jobs:
        joined = [group for group in groups if any(job.uses & other.uses for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*itertools.chain.from_iterable(joined), job])
    return groups


class WorkerPool:
    """The processes of one invocation; each is a session of its own, so that only the pool passes signals on."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: list[subprocess.Popen[str]] = []
        self.stopped = False
        # A second signal can come while the first is handled: counting is one step.
        self._stops = itertools.count()

    def run(self, jobs: Sequence[Job], listener: Listener) -> list[WorkerExit]:
        """Run every job in a process of its own, and call `listener` with the target and the data of each event.

        Those that share an address or fixtures run one after the other, the rest side by side. Returns in the order of
        `jobs`; one whose turn had not come when the pool was stopped has ended with SIGINT.
        """
        groups = sharing(jobs)
        with ThreadPoolExecutor(max_workers=min(len(groups), MAX_WORKERS)) as threads:
            futures = [threads.submit(self._run_in_turn, group, listener) for group in groups]
            # The system may hand a signal to any thread, but only this one handles it: it must never sleep for long.
            while wait(futures, timeout=SIGNAL_SECONDS).not_done:
                pass
            ended = {worker.target: worker for future in futures for worker in future.result()}
            return [ended[job.target] for job in jobs]

    def stop(self) -> None:
        """Ask every process to end with what it knows; asked again, end them at once."""
        self.stopped = True
        end = subprocess.Popen.kill if next(self._stops) else _ask_to_end
        for process in tuple(self._running):
            end(process)

    def _run_in_turn(self, jobs: Sequence[Job], listener: Listener) -> list[WorkerExit]:
        return [self._run_one(job, listener) for job in jobs]

    def _run_one(self, job: Job, listener: Listener) -> WorkerExit:
        if self.stopped:
            return WorkerExit(job.target, ENDED_BY_INTERRUPT, "")
        try:
            process = _worker(job)
        except OSError as error:
            return WorkerExit(job.target, NOT_STARTED, f"it could not be started: {error.strerror}")
        with process:
            self._running.append(process)
            if self.stopped:
                _ask_to_end(process)
            _hand_over(process, job)
            stderr, progress = _followed(process, job, listener)
            self._running.remove(process)
            return WorkerExit(job.target, process.wait(), job.secrets.hide_text(stderr), progress)


def _worker(job: Job) -> subprocess.Popen[str]:
    """Start the process of a job; its standard input stays open for as long as it is to go on."""
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


def _hand_over(process: subprocess.Popen[str], job: Job) -> None:
    """Give the worker the targets file as it was read, in one line, and leave its standard input open."""
    file = job.targets
    data = {"path": str(file.path), "folder": str(file.folder), "text": file.text} if file else None
    line = memoryview(f"{json.dumps(data)}\n".encode())
    with contextlib.suppress(OSError, ValueError):  # it has ended already, or has been asked to
        while process.stdin and line:
            # Unbuffered: what could not be written is not written once more when the pipe is closed.
            line = line[os.write(process.stdin.fileno(), line) :]


def _ask_to_end(process: subprocess.Popen[str]) -> None:
    """Interrupt a process by the end of its standard input, which every system has, and which comes late to none."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _followed(process: subprocess.Popen[str], job: Job, listener: Listener) -> tuple[str, Progress]:
    """Call the listener with every event until the process ends; return the end of its stderr, and how far it came."""
    progress = Progress()
    with ThreadPoolExecutor(max_workers=1) as reader:
        stderr = reader.submit(_end_of, process.stderr)
        try:
            for line in process.stdout or ():
                event = _event(line, job.secrets)
                progress = progress.after(event)
                # Who listens only shows it: what goes wrong there is no reason to end a run that has made records.
                with suppress(Exception):
                    listener(job.target, event)
        except BaseException:
            # Whatever went wrong here, no process is left behind.
            process.kill()
            raise
        return stderr.result(), progress


def _event(line: str, secrets: Secrets) -> dict[str, Any]:
    """The event of a line; an empty one where a library has written something else there."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(event, dict):
        return {}
    return {name: secrets.hide_text(value) if isinstance(value, str) else value for name, value in event.items()}


def _end_of(stream: IO[str] | None) -> str:
    end = ""
    while stream and (more := stream.read(STDERR_KEPT)):
        end = (end + more)[-STDERR_KEPT:]
    return end


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or not name.startswith(_FOREIGN)}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONIOENCODING": "utf-8"}
