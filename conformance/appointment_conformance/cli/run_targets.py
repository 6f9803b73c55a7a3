"""A whole invocation: each target has its process, the console shows what happens, the worst exit code counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from appointment_conformance import __version__
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE, worst
from appointment_conformance.output import hurry
from appointment_conformance.provisioning.journal import reminders
from appointment_conformance.provisioning.standing import journals_in, standing_by
from appointment_conformance.pytest_plugin.report_folder import claimed, origin, run_id_in
from appointment_conformance.signals import heeded_by, name_of
from appointment_reports import ReportError, RunResult, TargetVerdict, write_artefacts

from .console import Console
from .progress import Progress
from .worker_pool import Fleet, Order, Outcome, sharing

SHARED = "an address or appointments"
_CODES = {*EXIT_CODES.values(), USAGE, INTERRUPTED}


def voyage(orders: Sequence[Order], console: Console) -> int:
    """Run every order, show what happens, and return the exit code. A report of an earlier run never survives.

    A signal that asks for an end ends the run with reports of what was played by then, a second one ends it at once;
    both give 130. A console that cannot be written to changes nothing. Raises ConfigurationError, before anything is
    sent, where the reports could not be written or another run writes there.
    """
    with claimed(order.directory for order in orders) as holds:
        held = [replace(order, hold=hold) for order, hold in zip(orders, holds, strict=True)]
        return _sailed(held, console)


def _sailed(orders: Sequence[Order], console: Console) -> int:
    for group in sharing(orders):
        if len(group) > 1:
            console.tell(f"{', '.join(one.target for one in group)}: one after the other, as they share {SHARED}")
    fleet = Fleet()
    with heeded_by(partial(_recall, fleet)):
        former = {order.target: journals_in(order.directory) for order in orders}
        with console.following(orders):
            outcomes = fleet.sail(orders, console.hear)
        codes = [
            _settled(order, outcome, console, interrupted=fleet.recalled, former=former[order.target])
            for order, outcome in zip(orders, outcomes, strict=True)
        ]
        for order in orders:
            if _has_own_result(order):
                console.conclude(order.target, order.directory)
    return INTERRUPTED if fleet.recalled else worst(codes)


def _has_own_result(order: Order) -> bool:
    """Whether the result in the folder is of this very run: where there are no locks another one may write there."""
    return run_id_in(order.directory) == order.run_id


def _recall(fleet: Fleet) -> None:
    if fleet.recalled:
        hurry()
    fleet.recall()


def _settled(order: Order, outcome: Outcome, console: Console, *, interrupted: bool, former: Collection[Path]) -> int:
    """The exit code of one order; a process that died without a result leaves one that says what is known.

    `former` are the journals of earlier runs: only of this one every record is named.
    """
    directory = order.output / order.target
    # It is the last of its reports, and whole.
    is_judged = _has_own_result(order)
    if is_judged and (interrupted or outcome.code in _CODES):
        return outcome.code if outcome.code in _CODES else INTERRUPTED
    verdict: TargetVerdict = "not-verified" if interrupted else "error"
    progress = outcome.progress or Progress()
    standing = standing_by(journals_in(directory).difference(former))
    why = _why(outcome, interrupted=interrupted).rstrip(".")
    told = (f"{why}.", progress.told(), *standing, *reminders(directory))
    wreck = _wreck(order, verdict, " ".join(told), progress)
    try:
        write_artefacts(wreck, (), directory, scrub=order.secrets.scrub)
    except ReportError as error:
        console.complain(order.target, f"{wreck.reason.rstrip('.')}; {error}")
    return outcome.code if outcome.code in {USAGE, INTERRUPTED} else EXIT_CODES["error"]


def _why(outcome: Outcome, *, interrupted: bool) -> str:
    """Why a target has no result of its own."""
    if not interrupted:
        return f"the process of this target {_end(outcome)}"
    if outcome.progress is None:
        return "the run was interrupted before its turn"
    if not outcome.progress.requests:
        return "the run was interrupted before anything was judged"
    return "the run was interrupted and ended at once"


def _end(outcome: Outcome) -> str:
    """How a process ended, in words."""
    last = (outcome.stderr.strip().splitlines() or ["it wrote nothing to stderr"])[-1]
    if outcome.code < 0:
        return f"was ended by {name_of(-outcome.code)}; {last}"
    return f"ended with code {outcome.code}: {last}"


def _wreck(order: Order, verdict: TargetVerdict, reason: str, progress: Progress) -> RunResult:
    return RunResult(
        target=order.target,
        api=progress.api,
        base_url=progress.base_url,
        verdict=verdict,
        reason=reason,
        profile=order.profile,
        seed=order.seed,
        suite_version=__version__,
        run_id=order.run_id,
        targets_file=origin(order.file, order.output),
        started_at=datetime.now(UTC),
        duration_seconds=0.0,
        requests=progress.requests,
        appointments_consumed=progress.appointments,
        requirements=(),
    )
