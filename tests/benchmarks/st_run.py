"""`schemathesis run`, the yardstick: the same contract, the same reference API, without this suite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import yaml

from appointment_conformance.api import load_apis
from appointment_conformance.reference import Reference
from appointment_conformance.reference_apis import serve

#: The contract as the vendor publishes it, or with the overlay, fed with the fixtures of the server.
Setup = Literal["published", "overlay"]
SETUPS: tuple[Setup, ...] = ("published", "overlay")
#: (failure code, operation), such as ("ST101", "DELETE /appointments/{appointmentId}").
Finding = tuple[str, str]
OPTIONS = ("--workers", "1", "--continue-on-failure", "--seed", "1", "--generation-database", "none", "--no-color")


@dataclass(frozen=True, slots=True)
class StRun:
    """One run: what it found, the requests that the server counted, its seconds, and whether it had to be ended."""

    findings: frozenset[Finding]
    requests: int
    seconds: float
    ended: bool = False


def st_run(api: str, setup: Setup, fault: str = "", *, bound: float) -> StRun:
    """Serve the reference API, broken by `fault` unless that is empty, and run Schemathesis once.

    After `bound` seconds the run is ended.
    """
    with tempfile.TemporaryDirectory() as name, serve(api, faults=[fault] if fault else []) as reference:
        directory = Path(name)
        _prepare(directory, reference, setup)
        started = monotonic()
        ended = _run(directory, reference, hooks=setup == "overlay", bound=bound)
        seconds = monotonic() - started
        report = directory / "report.json"
        findings = frozenset() if not report.exists() else findings_of(json.loads(report.read_text(encoding="utf-8")))
        return StRun(findings, reference.state.requests, seconds, ended)


def st_runs(api: str, setup: Setup, faults: Sequence[str], *, bound: float, workers: int) -> dict[str, StRun]:
    """Run once a fault, `workers` side by side, and return the runs by the fault's name."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return dict(zip(faults, pool.map(partial(st_run, api, setup, bound=bound), faults), strict=True))


def findings_of(report: Mapping[str, Any]) -> frozenset[Finding]:
    """Return what a JSON report of Schemathesis holds: each failure by code and operation, and each kind of error."""
    failures = {(one["code"] or one["title"], where) for one in report["failures"] for where in one["operations"]}
    return frozenset(failures | {("error", one["title"]) for one in report["errors"]})


def sample(names: Sequence[str], count: int) -> list[str]:
    """Return `count` of the names at even distances, or all of them where they are fewer."""
    few = min(count, len(names))
    return [names[place * len(names) // few] for place in range(few)]


def _prepare(directory: Path, reference: Reference, setup: Setup) -> None:
    """Write contract, configuration and hooks; nothing of the machine's own configuration takes part."""
    contract = load_apis()[reference.api].contract
    document = contract.published if setup == "published" else contract.document
    (directory / "contract.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    configuration = "[cache]\nenabled = false\n"
    if setup == "overlay":
        configuration += _pins(reference)
        (directory / "benchmark_formats.py").write_text(_formats(reference), encoding="utf-8")
    (directory / "schemathesis.toml").write_text(configuration, encoding="utf-8")


def _pins(reference: Reference) -> str:
    """Formats are for text alone: a number in the path has to be pinned."""
    if reference.api != "omneo":
        return ""
    return f'[parameters]\n"path.appointment" = {reference.fixtures["appointments"][0]}\n'


def _formats(reference: Reference) -> str:
    """The module that registers the formats of the overlay: every fixture, and the absent appointment."""
    values = {
        "omneo-profile-id": reference.fixtures.get("profiles", ()),
        "omneo-list-id": reference.fixtures.get("lists", ()),
        "mkp-appointment-id": (
            *reference.fixtures["appointments"],
            *reference.fixtures.get("pending_appointments", ()),
            reference.fixtures["absent_appointment"],
        ),
    }
    lines = [f"openapi.format({name!r}, st.sampled_from({ids!r}))" for name, ids in values.items() if ids]
    return "\n".join(["from hypothesis import strategies as st", "from schemathesis import openapi", *lines, ""])


def _run(directory: Path, reference: Reference, *, hooks: bool, bound: float) -> bool:
    """Run to the end or the bound, and return whether it had to be ended."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS_")}
    environment |= {"SCHEMATHESIS_HOOKS": "benchmark_formats"} if hooks else {}
    arguments = [
        *(sys.executable, "-m", "schemathesis.cli", "run", "contract.yaml", "--url", reference.base_url, *OPTIONS),
        *("--header", f"Authorization: Bearer {reference.token}", "--report", "json"),
        *("--report-json-path", "report.json"),
    ]
    try:
        subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
            arguments,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=bound,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return False
