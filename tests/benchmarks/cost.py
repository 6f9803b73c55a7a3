"""What the suite costs: the time of its parts, the overhead of a request, start-up and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from stopwatch import PARTS, Spent, middle

from appointment_conformance.targets import Target
from appointment_conformance.targets.builtin import reference_target, target_of

#: Nothing that is measured takes longer than this, in seconds.
BOUND = 120
#: What a start is measured by, each with its arguments to Python; the bare interpreter is for comparison.
STARTS: Mapping[str, tuple[str, ...]] = {
    "python -c pass": ("-c", "pass"),
    "appointment-conformance --version": ("-m", "appointment_conformance", "--version"),
    "appointment-conformance --help": ("-m", "appointment_conformance", "--help"),
}


@dataclass(frozen=True, slots=True)
class RunCost:
    """Medians over several runs against one api: seconds by part, MiB at the peak."""

    parts: Mapping[str, Spent]
    peak_mib: float

    @property
    def total(self) -> Spent:
        """The sum of the parts."""
        return Spent(sum(one.wall for one in self.parts.values()), sum(one.processor for one in self.parts.values()))


@dataclass(frozen=True, slots=True)
class Cost:
    """Runs by api; milliseconds of one request to the first api by who sends it; seconds of each start."""

    runs: Mapping[str, RunCost]
    requests: Mapping[str, Spent]
    starts: Mapping[str, Spent]


def cost(apis: Sequence[str], *, runs: int, starts: int) -> Cost:
    """Measure everything, one after the other. Raises CalledProcessError or TimeoutExpired where that fails."""
    return Cost(
        runs={api: run_cost([_run(api) for _ in range(runs)]) for api in apis},
        requests=_requests(apis[0]),
        starts={name: middle([_start(arguments) for _ in range(starts)]) for name, arguments in STARTS.items()},
    )


def run_cost(measured: Sequence[Mapping[str, Any]]) -> RunCost:
    """Return the medians over what the stopwatch told of several runs."""
    parts = {part: middle([Spent(*one[part]) for one in measured]) for part in PARTS}
    return RunCost(parts, median(one["peak_mib"] for one in measured))


def spent_by_children(act: Callable[[], object]) -> Spent:
    """Return the seconds of an act that waits for child processes: by the wall, and by the children's processors."""
    before, begun = _children(), perf_counter()
    act()
    return Spent(perf_counter() - begun, _children() - before)


def _run(api: str) -> Mapping[str, Any]:
    """Measure one run against a server that has just started, in this process."""
    with reference_target(target_of(api)) as target:
        return _measured("run", target)


def _requests(api: str) -> Mapping[str, Spent]:
    with reference_target(target_of(api)) as target:
        return {name: Spent(*spent) for name, spent in _measured("requests", target).items()}


def _measured(what: str, target: Target) -> Mapping[str, Any]:
    stopwatch = Path(__file__).with_name("stopwatch.py")
    figures: dict[str, Any] = json.loads(_python((str(stopwatch), what), json.dumps(_entry(target))))
    return figures


def _start(arguments: Sequence[str]) -> Spent:
    return spent_by_children(lambda: _python(arguments))


def _python(arguments: Sequence[str], stdin: str = "") -> str:
    """Run this Python in an empty directory and return what it writes to stdout."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
            [sys.executable, "-P", *arguments],
            cwd=directory,
            input=stdin,
            stdout=subprocess.PIPE,
            timeout=BOUND,
            text=True,
            check=True,
        )
    return done.stdout


def _entry(target: Target) -> dict[str, Any]:
    """The target as an entry of a targets file."""
    fixtures = {name: value for name, value in asdict(target.fixtures).items() if value}
    return {
        "api": target.api,
        "base_url": target.base_url,
        "token": target.token,
        "forbidden_token": target.forbidden_token,
        "expired_token": target.expired_token,
        "second_token": target.second_token,
        "environment": target.environment,
        "fixtures": fixtures,
    }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
