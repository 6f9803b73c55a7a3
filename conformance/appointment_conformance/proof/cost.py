"""What the suite costs: the time of its parts, the overhead of a request, start-up and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from appointment_conformance.targets import Target
from appointment_conformance.targets.builtin import reference_target

from .stopwatch import PARTS
from .trial import target_of

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

    parts: Mapping[str, float]
    peak_mib: float

    @property
    def seconds(self) -> float:
        """The sum of the parts."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Cost:
    """Runs by api; milliseconds of one request by who sends it; seconds of each start."""

    runs: Mapping[str, RunCost]
    requests: Mapping[str, float]
    starts: Mapping[str, float]


def cost(apis: Sequence[str], *, runs: int, starts: int) -> Cost:
    """Measure everything, one after the other. Raises CalledProcessError or TimeoutExpired where that fails."""
    return Cost(
        runs={api: run_cost([_run(api) for _ in range(runs)]) for api in apis},
        requests=_requests(),
        starts={name: median(_start(arguments) for _ in range(starts)) for name, arguments in STARTS.items()},
    )


def run_cost(measured: Sequence[Mapping[str, float]]) -> RunCost:
    """Return the median of each figure of several runs."""
    medians = {name: median(one[name] for one in measured) for name in (*PARTS, "peak_mib")}
    return RunCost({part: medians[part] for part in PARTS}, medians["peak_mib"])


def _run(api: str) -> Mapping[str, float]:
    """Measure one run against a server that has just started, in this process."""
    with reference_target(target_of(api)) as target:
        return _measured("run", target)


def _requests() -> Mapping[str, float]:
    with reference_target(target_of("omneo")) as target:
        return _measured("requests", target)


def _measured(what: str, target: Target) -> Mapping[str, float]:
    module = "appointment_conformance.proof.stopwatch"
    figures: dict[str, float] = json.loads(_python(("-m", module, what), json.dumps(_entry(target))))
    return figures


def _start(arguments: Sequence[str]) -> float:
    return _seconds(lambda: _python(arguments))


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
        "environment": target.environment,
        "fixtures": fixtures,
    }


def _seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun
