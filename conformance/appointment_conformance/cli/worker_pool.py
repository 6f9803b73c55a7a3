"""Several targets side by side, each in a process of its own."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from appointment_conformance.signals import of_its_own
from appointment_conformance.targets import Target
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.traffic.secrets import Secrets

from .progress import Progress

#: The beginnings of environment variables with which a caller's Python, pytest or Schemathesis would change what the
#: worker does, and of the one with which a library writes down what opens a recorded connection,
_FOREIGN = ("PYTHON", "PYTEST_", "SCHEMATHESIS_", "SSLKEYLOGFILE")
#: and those among them that only say where Python and its modules are, or where it keeps them compiled.
_WHERE = {
    *("PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
}
MOST_AT_ONCE = 8
#: How long a signal may wait to be heeded.
HEED_SECONDS = 0.2
#: The exit code of a process that could not be started.
NOT_STARTED = 5
#: Characters of what a worker writes to stderr that are kept: its end.
STDERR_KEPT = 4000

Listener = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: one target, from a file or built in, and how."""

    target: str
    targets: TargetsText | None
    profile: str
    seed: int
    output: Path
    faults: tuple[str, ...] = ()
    #: What nothing that the worker writes may show.
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    #: What no other run may use at the same time: its address, and its appointments.
    uses: frozenset[str] = frozenset()
    #: The target as it was read from the file, None for a built-in one.
    settings: Target | None = field(default=None, repr=False)
    #: The id of the run: only a result that has it is the result of this order.
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    #: The open descriptor that holds the folder of the reports; the worker holds it as well.
    hold: int | None = None

    @property
    def directory(self) -> Path:
        """The folder of the reports."""
        return self.output / self.target

    @property
    def file(self) -> Path | None:
        """The targets file, None for a built-in target."""
        return self.targets.path if self.targets else None

    def arguments(self) -> list[str]:
        """Return the pytest arguments of this order."""
        file = ["--targets", str(self.targets)] if self.targets else []
        faults = [f"--conformance-fault={fault}" for fault in self.faults]
        return [
            *("--target", self.target, *file),
            *(f"--conformance-profile={self.profile}", f"--conformance-seed={self.seed}"),
            *(f"--conformance-output={self.output}", f"--conformance-run-id={self.run_id}", *faults),
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the process of a target ended: its exit code, the end of what it wrote to stderr, how far it had come."""

    target: str
    code: int
    stderr: str
    #: None where its turn never came.
    progress: Progress | None = None


def sharing(orders: Sequence[Order]) -> list[list[Order]]:
    """Return the orders in groups: those that use something in common, directly or through others, stand together."""
    groups: list[list[Order]] = []
    for order in orders:
        joined = [group for group in groups if any(order.uses & other.uses for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*itertools.chain.from_iterable(joined), order])
    return groups


class Fleet:
    """The processes of one invocation; each is a session of its own, so that only the fleet passes signals on."""

    def __init__(self) -> None:
        """Start with none."""
        self._afloat: list[subprocess.Popen[str]] = []
        self.recalled = False
        # A second signal can come while the first is heeded: counting is one step.
        self._recalls = itertools.count()

    def sail(self, orders: Sequence[Order], listener: Listener) -> list[Outcome]:
        """Run every order in a process of its own, and tell `listener` each event as (target, event).

        Those that share an address or fixtures run one after the other, the rest side by side. Returns in the order of
        `orders`; one that a recall came before has ended with SIGINT.
        """
        groups = sharing(orders)
        with ThreadPoolExecutor(max_workers=min(len(groups), MOST_AT_ONCE)) as pool:
            sailing = [pool.submit(self._run_in_turn, group, listener) for group in groups]
            # The system may hand a signal to any thread, but only this one heeds it: it must never sleep for long.
            while wait(sailing, timeout=HEED_SECONDS).not_done:
                pass
            ended = {outcome.target: outcome for one in sailing for outcome in one.result()}
            return [ended[order.target] for order in orders]

    def recall(self) -> None:
        """Ask every process to end with what it knows; asked again, end them at once."""
        self.recalled = True
        end = subprocess.Popen.kill if next(self._recalls) else _ask_to_end
        for process in tuple(self._afloat):
            end(process)

    def _run_in_turn(self, orders: Sequence[Order], listener: Listener) -> list[Outcome]:
        return [self._sail_one(order, listener) for order in orders]

    def _sail_one(self, order: Order, listener: Listener) -> Outcome:
        if self.recalled:
            return Outcome(order.target, -signal.SIGINT, "")
        try:
            process = _worker(order)
        except OSError as error:
            return Outcome(order.target, NOT_STARTED, f"it could not be started: {error.strerror}")
        with process:
            self._afloat.append(process)
            if self.recalled:
                _ask_to_end(process)
            _hand_over(process, order)
            stderr, progress = _followed(process, order, listener)
            self._afloat.remove(process)
            return Outcome(order.target, process.wait(), order.secrets.hide_text(stderr), progress)


def _worker(order: Order) -> subprocess.Popen[str]:
    """Start the process of an order; its standard input stays open for as long as it is to go on."""
    return subprocess.Popen(  # noqa: S603 - our own module, with arguments and no shell
        [sys.executable, "-P", "-m", "appointment_conformance.cli.worker", *order.arguments()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        pass_fds=[] if order.hold is None else [order.hold],
        text=True,
        encoding="utf-8",
        errors="replace",
        **of_its_own(),
    )


def _hand_over(process: subprocess.Popen[str], order: Order) -> None:
    """Give the worker the targets file as it was read, in one line, and leave its standard input open."""
    file = order.targets
    told = {"path": str(file.path), "folder": str(file.folder), "text": file.text} if file else None
    line = memoryview(f"{json.dumps(told)}\n".encode())
    with contextlib.suppress(OSError, ValueError):  # it has ended already, or has been asked to
        while process.stdin and line:
            # Unbuffered: what could not be written is not written once more when the pipe is closed.
            line = line[os.write(process.stdin.fileno(), line) :]


def _ask_to_end(process: subprocess.Popen[str]) -> None:
    """Interrupt a process by the end of its standard input, which every system has, and which comes late to none."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def _followed(process: subprocess.Popen[str], order: Order, listener: Listener) -> tuple[str, Progress]:
    """Tell the listener every event until the process ends; return the end of its stderr, and how far it came."""
    progress = Progress()
    with ThreadPoolExecutor(max_workers=1) as reader:
        stderr = reader.submit(_end_of, process.stderr)
        try:
            for line in process.stdout or ():
                event = _event(line, order.secrets)
                progress = progress.after(event)
                # Who listens only shows it: what goes wrong there is no reason to end a run that has made records.
                with suppress(Exception):
                    listener(order.target, event)
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
    return {name: secrets.hide_text(told) if isinstance(told, str) else told for name, told in event.items()}


def _end_of(stream: IO[str] | None) -> str:
    end = ""
    while stream and (more := stream.read(STDERR_KEPT)):
        end = (end + more)[-STDERR_KEPT:]
    return end


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in _WHERE or not name.startswith(_FOREIGN)}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONIOENCODING": "utf-8"}
