"""Several targets side by side, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Environment variables with which a caller's pytest or Python would change what the worker runs.
_FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS", "PYTHONSTARTUP")
MOST_AT_ONCE = 8

Listener = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: one target, from a file or built in, and how."""

    target: str
    targets: Path | None
    profile: str
    seed: int
    output: Path
    faults: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """Return the pytest arguments of this order."""
        file = ["--targets", str(self.targets)] if self.targets else []
        faults = [f"--conformance-fault={fault}" for fault in self.faults]
        return [
            *("--target", self.target, *file),
            *(f"--conformance-profile={self.profile}", f"--conformance-seed={self.seed}"),
            *(f"--conformance-output={self.output}", *faults),
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the process of a target ended: its exit code, and the end of what it wrote to stderr."""

    target: str
    code: int
    stderr: str


def sail(orders: Sequence[Order], listener: Listener) -> list[Outcome]:
    """Run every order in a process of its own, and tell `listener` each event as (target, event); return in order."""
    with ThreadPoolExecutor(max_workers=min(len(orders), MOST_AT_ONCE)) as pool:
        return list(pool.map(lambda order: _sail_one(order, listener), orders))


def _sail_one(order: Order, listener: Listener) -> Outcome:
    command = [sys.executable, "-P", "-m", "appointment_conformance.running.worker", *order.arguments()]
    with subprocess.Popen(  # noqa: S603 - our own module, with arguments and no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        with ThreadPoolExecutor(max_workers=1) as reader:
            errors = reader.submit(process.stderr.read) if process.stderr else None
            for line in process.stdout or ():
                listener(order.target, json.loads(line))
            stderr = errors.result() if errors else ""
        return Outcome(order.target, process.wait(), stderr[-4000:])


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONIOENCODING": "utf-8"}
