"""A whole invocation: the fleet sails, the console follows, wrecks get their reports, the worst exit code counts."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from appointment_conformance import __version__
from appointment_conformance.judging.verdict import EXIT_CODES, INTERRUPTED, USAGE, worst
from appointment_conformance.provisioning.journal import reminders
from appointment_reports import ReportError, RunResult, TargetVerdict, write_artefacts

from .console import Console
from .fleet import Fleet, Order, Outcome, sharing
from .report_folder import claimed, origin, run_id_in

SHARED = "an address or appointments"
_CODES = {*EXIT_CODES.values(), USAGE, INTERRUPTED}


def voyage(orders: Sequence[Order], console: Console) -> int:
    """Run every order, show what happens, and return the exit code. A report of an earlier run never survives.

    SIGINT and SIGTERM end the run with reports of what is known by then, a second one ends it at once; both give 130.
    Raises ConfigurationError, before anything is sent, where the reports could not be written or another run writes
    there.
    """
    with claimed(order.directory for order in orders) as holds:
        held = [replace(order, hold=hold) for order, hold in zip(orders, holds, strict=True)]
        return _sailed(held, console)


def _sailed(orders: Sequence[Order], console: Console) -> int:
    for group in sharing(orders):
        if len(group) > 1:
            console.tell(f"{', '.join(one.target for one in group)}: one after the other, as they share {SHARED}")
    fleet = Fleet()
    with console.following(orders), _heeding(fleet):
        outcomes = fleet.sail(orders, console.hear)
    codes = [
        _settled(order, outcome, console, interrupted=fleet.recalled)
        for order, outcome in zip(orders, outcomes, strict=True)
    ]
    for order in orders:
        if _has_own_result(order):
            console.conclude(order.target, order.directory)
    return INTERRUPTED if fleet.recalled else worst(codes)


def _has_own_result(order: Order) -> bool:
    """Whether the result in the folder is of this very run: where there are no locks another one may write there."""
    return run_id_in(order.directory) == order.run_id


@contextmanager
def _heeding(fleet: Fleet) -> Iterator[None]:
    """Within the block the signals that ask for an end recall the fleet; only a main thread can be asked."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.signal(number, lambda *_: fleet.recall()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _settled(order: Order, outcome: Outcome, console: Console, *, interrupted: bool) -> int:
    """The exit code of one order; a process that died without a result leaves one that says so."""
    directory = order.output / order.target
    if _has_own_result(order) and outcome.code in _CODES:
        return outcome.code
    left = " ".join(reminders(directory))
    if interrupted:
        wreck = _wreck(order, "not-verified", f"the run was interrupted before anything was judged. {left}".strip())
    else:
        wreck = _wreck(order, "error", f"the process of this target {_end(outcome)}. {left}".strip())
    try:
        write_artefacts(wreck, (), directory, scrub=order.secrets.scrub)
    except ReportError as error:
        console.complain(order.target, f"{wreck.reason.rstrip('.')}; {error}")
    return outcome.code if outcome.code in {USAGE, INTERRUPTED} else EXIT_CODES["error"]


def _end(outcome: Outcome) -> str:
    """How a process ended, in words."""
    last = (outcome.stderr.strip().splitlines() or ["it wrote nothing to stderr"])[-1]
    if outcome.code < 0:
        return f"was ended by {signal.Signals(-outcome.code).name}; {last}"
    return f"ended with code {outcome.code}: {last}"


def _wreck(order: Order, verdict: TargetVerdict, reason: str) -> RunResult:
    return RunResult(
        target=order.target,
        api="unknown",
        base_url="unknown",
        verdict=verdict,
        reason=reason,
        profile=order.profile,
        seed=order.seed,
        suite_version=__version__,
        run_id=order.run_id,
        targets_file=origin(order.targets, order.output),
        started_at=datetime.now(UTC),
        duration_seconds=0.0,
        requests=0,
        appointments_consumed=0,
        requirements=(),
    )
