"""A whole invocation: the fleet sails, the console follows, wrecks get their reports, the worst exit code counts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from appointment_conformance import __version__
from appointment_conformance.judging.verdict import EXIT_CODES, INTERRUPTED, USAGE, worst
from appointment_reports import RunResult, write_artefacts

from .console import Console
from .fleet import Order, Outcome, sail

ARTEFACTS = ("exchanges.har", "junit.xml", "report.html", "summary.md", "result.json")
_CODES = {*EXIT_CODES.values(), USAGE, INTERRUPTED}


def voyage(orders: Sequence[Order], console: Console) -> int:
    """Run every order, show what happens, and return the exit code. A report of an earlier run never survives."""
    for order in orders:
        for name in ARTEFACTS:
            (order.output / order.target / name).unlink(missing_ok=True)
    with console.following(orders):
        outcomes = sail(orders, console.hear)
    codes = [_settled(order, outcome) for order, outcome in zip(orders, outcomes, strict=True)]
    for order in orders:
        console.conclude(order.target, order.output / order.target)
    return worst(codes)


def _settled(order: Order, outcome: Outcome) -> int:
    """The exit code of one order; a process that died without a result leaves one that says so."""
    directory = order.output / order.target
    if (directory / "result.json").exists() and outcome.code in _CODES:
        return outcome.code
    last = (outcome.stderr.strip().splitlines() or ["it wrote nothing to stderr"])[-1]
    write_artefacts(_wreck(order, f"the process of this target ended with code {outcome.code}: {last}"), (), directory)
    return outcome.code if outcome.code in {USAGE, INTERRUPTED} else EXIT_CODES["error"]


def _wreck(order: Order, reason: str) -> RunResult:
    return RunResult(
        target=order.target,
        api="unknown",
        base_url="unknown",
        verdict="error",
        reason=reason,
        profile=order.profile,
        seed=order.seed,
        suite_version=__version__,
        run_id=uuid.uuid4().hex[:12],
        started_at=datetime.now(UTC),
        duration_seconds=0.0,
        requests=0,
        appointments_consumed=0,
        requirements=(),
    )
