"""What the suite says of one mutant: the application is served with the changed source, and both APIs are judged."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from mutant import Mutant, Trial

from appointment_conformance.target_run import run
from appointment_reports import RunResult

STACKS = Path(__file__).parent.parent / "stacks"
sys.path.append(str(STACKS))
import harness  # noqa: E402 - its folder had to be named first

__all__ = ["APPLICATION", "SERVER", "trials"]

APPLICATION = STACKS / "flask_app" / "flask_app.py"
SERVER = "waitress"
#: The cheap one first: what it kills needs no run of the other.
APIS = ("mijnklantportaal", "omneo")
#: A mutant may hang: seconds for one answer, for one run.
ANSWER_SECONDS, RUN_SECONDS = 4.0, 60.0


def trials(chosen: list[Mutant], workers: int) -> Iterator[Trial]:
    """Judge the mutants in `workers` processes, and yield what came of each, in their order."""
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(conduct, chosen)


def conduct(mutant: Mutant) -> Trial:
    """Serve the mutant for each API until one run tells it from the application."""
    advice: list[str] = []
    for api in APIS:
        with TemporaryDirectory() as kept:
            try:
                result = _judged(mutant.source, api, Path(kept))
            except RuntimeError as refused:
                return Trial(mutant, "no start", (_last_line(str(refused)),))
        if result.verdict in {"not-testable", "error"}:
            return Trial(mutant, "not testable", (result.reason,))
        if failed := _failed(result, "MUST"):
            return Trial(mutant, "killed", failed)
        if result.verdict != "conformant":
            return Trial(mutant, "not testable", (result.reason,))
        advice += _failed(result, "SHOULD")
    noticed = tuple(one for one in advice if one not in _known_advice())
    return Trial(mutant, "advice" if noticed else "survived", noticed)


@cache
def _known_advice() -> frozenset[str]:
    """Return the advice that the application gets as it is: that tells no mutant from it."""
    found: list[str] = []
    for api in APIS:
        with TemporaryDirectory() as kept:
            found += _failed(_judged(APPLICATION.read_text("utf-8"), api, Path(kept)), "SHOULD")
    return frozenset(found)


def _judged(source: str, api: str, folder: Path) -> RunResult:
    """Return what the suite says of the application as `source`; raise RuntimeError where that does not start."""
    copied = Path(shutil.copytree(APPLICATION.parent, folder / "application"))
    (copied / APPLICATION.name).write_text(source, "utf-8")
    stack = next(one for one in harness.read(copied / "stack.toml") if one.server == SERVER)
    with harness.served(stack, api, folder / "application.log") as target:
        limits = replace(target.limits, timeout_seconds=ANSWER_SECONDS, max_seconds=RUN_SECONDS)
        return run(replace(target, limits=limits), rounds=0, journals=folder)[0]


def _failed(result: RunResult, level: str) -> tuple[str, ...]:
    return tuple(
        f"{one.id} ({one.operation})" for one in result.requirements if one.verdict == "failed" and one.level == level
    )


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1]
