"""A run against the reference API through whatever answers in front of it, and what the verdicts say."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from front_process import Setup, front

from appointment_conformance.api import load_apis
from appointment_conformance.reference import Reference
from appointment_conformance.reference_apis import serve
from appointment_conformance.target_run import run
from appointment_conformance.targets import Target
from appointment_reports import RequirementResult, RunResult

APIS = ("omneo", "mijnklantportaal")
#: The reason of a requirement whose probes did not reach the API.
BLOCKED = "blocked in front of the API"


def judged(api: str, setup: Callable[[int], Setup], *, origin: str = "http://localhost", **changes: Any) -> RunResult:
    """Return the result of a run against the conforming reference API through a front.

    `setup` is told the port of the API; the front is reached at `origin`. `changes` are of the target.
    """
    with (
        serve(api) as reference,
        front(setup(_port(reference.base_url))) as port,
        tempfile.TemporaryDirectory() as made,
    ):
        target = _target(reference, f"{origin}:{port}{_path(reference.base_url)}", changes)
        result, _ = run(target, journals=Path(made))
        return result


def accused(result: RunResult) -> set[str]:
    """Return the ids of the requirements of level MUST that the run holds against the API, or could not judge."""
    return {one.id for one in _musts(result) if one.verdict in {"failed", "error"}}


def passed(result: RunResult) -> set[str]:
    """Return the ids of the requirements of level MUST that the API is said to fulfil, for every operation."""
    return {one.id for one in _musts(result)} - {one.id for one in _musts(result) if one.verdict != "passed"}


def blocked(result: RunResult) -> set[str]:
    """Return the ids of the requirements of level MUST whose probes are said not to have reached the API."""
    return {one.id for one in _musts(result) if one.verdict == "untested" and BLOCKED in one.reason}


@cache
def fulfilled(api: str) -> frozenset[str]:
    """Return the ids of the requirements of level MUST that the API fulfils where nothing is in front of it."""
    with serve(api) as reference:
        return frozenset(passed(_run(_target(reference, reference.base_url, {}))))


def _run(target: Target) -> RunResult:
    with tempfile.TemporaryDirectory() as journals:
        result, _ = run(target, journals=Path(journals))
    return result


def _musts(result: RunResult) -> list[RequirementResult]:
    return [one for one in result.requirements if one.level == "MUST" and one.applicable]


def _target(reference: Reference, base_url: str, changes: dict[str, Any]) -> Target:
    form = load_apis()[reference.api].form
    given = {
        "name": reference.api,
        "api": reference.api,
        "base_url": base_url,
        "token": reference.token,
        "forbidden_token": reference.forbidden_token,
        "environment": "test",
        "fixtures": form.read_fixtures({**reference.fixtures, "foreign_appointments": ()}),
        "form": form,
    }
    return Target(**(given | changes))


def _port(base_url: str) -> int:
    return int(base_url.split("/")[2].rpartition(":")[2])


def _path(base_url: str) -> str:
    return "/" + base_url.split("/", 3)[3]
