"""The MijnKlantportaal scenarios: what is sent to cancel, and the reads that tell what it did."""

from __future__ import annotations

from dataclasses import replace

from appointment_conformance.engine import read_only
from appointment_conformance.engine.context import PUT_OFF_SECONDS, ScenarioContext
from appointment_conformance.engine.credentials import LET_THROUGH, send_refused, wrong_credentials
from appointment_conformance.engine.operation_probe import operation_probe, undeclared_method_probe
from appointment_conformance.engine.reads import read, read_until
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.errors import NotTestable
from appointment_conformance.traffic.answer import json_of, member
from appointment_conformance.traffic.case import ABSENT, AGAIN, FIRST_TIME, NO_CASE, Case, Credentials, Moment
from appointment_conformance.traffic.probe import Headers, Kind, Probe
from appointment_conformance.traffic.recording import NOT_FOUND, UNAVAILABLE, Seen
from appointment_strategies.mijnklantportaal import near_miss_segments, near_misses_of

from .fixtures import (
    LEAST_SCHEDULED,
    Look,
    first_reads,
    is_canceled,
    next_scheduled,
    pass_by,
    scheduled_pair,
    shown,
    shows_scheduled,
    use_scheduled,
)

OPERATION = "cancel"
ESSENTIAL_NEAR_MISSES = ("without-prefix", "wildcard-percent", "very-long")
#: Pairs of cancels at the same instant at most, each on an appointment of its own; one is sent in any case.
PAIRS = 5
#: Appointments that the pairs leave unused, so that a failure can be played again.
LEFT_UNUSED = 2
#: How many appointments may be found canceled at their first cancel although a read has shown them as scheduled.
MOST_CONTRADICTED = 2
#: Members of an appointment that stay the same in every read unless the appointment is changed.
LASTING = ("status", "startsAt", "endsAt", "createdAt", "attendeeName", "attendeeEmail", "customerId")
#: What leaves an appointment canceled, to which may be sent what must not use up another one.
CANCELED = ("life cycle",)
#: How many appointments in a row may be not found before it is not the list that is blamed.
MOST_MISSING = 3


def cancel(
    context: ScenarioContext,
    segment: str,
    *,
    name: str,
    kind: Kind = "valid",
    case: Case = NO_CASE,
    headers: Headers | None = None,
) -> Probe:
    """Return a cancel of a raw path segment, with valid credentials unless `headers` says otherwise."""
    probe = operation_probe(context, segment, operation=OPERATION, kind=kind, case=case, headers=headers)
    return replace(probe, name=f"{OPERATION}/{name}")


def preflight(context: ScenarioContext) -> None:
    """An absent appointment, a read of a fixture, and if need be no credentials: answers that only this API gives.

    A fixture that a read shows as canceled was used up by an earlier run: it says nothing about this one.
    """
    absent = context.send(cancel(context, context.absent_appointment, name=ABSENT.label, kind="path", case=ABSENT))
    if absent.status in UNAVAILABLE:
        return
    appointment = next_scheduled(context)
    served = shown(context, appointment)
    if served is None or served.status == absent.status or not isinstance(json_of(absent), dict):
        sent = context.send(_uncredited(context, appointment, *wrong_credentials(context.target)[0]))
        if sent.status is None or sent.status < 400:
            first_reads(context).pop(appointment, None)


def life_cycle(context: ScenarioContext) -> None:
    """Cancel, and cancel again; reads before and after tell what changed, here and on a bystander."""
    first, bystander = _first_cancel(context)
    it = first.probe.appointment
    reads_served = (before := shown(context, it)) is not None and before.status == 200
    if first.status is None:
        _settle(context, it, reads_served=reads_served)
    if reads_served and (first.status is None or first.succeeded):
        read_until(context, read(context, it, Moment.AFTER), is_canceled)
    context.send(cancel(context, it, name="again", case=AGAIN))
    if bystander and reads_served:
        before = shown(context, bystander)
        read_until(context, read(context, bystander, Look.BYSTANDER_AFTER), lambda seen: _is_as_before(before, seen))


def essentials(context: ScenarioContext) -> None:
    """The probes that tell most apart; what they leave to ask follows in its own scenario.

    The near misses are of a cancelled appointment: a server that takes them for it answers 409, and none is used up.
    """
    kinds = dict(wrong_credentials(context.target))
    _send_uncredited(context, Credentials.NONE, kinds[Credentials.NONE])
    context.send_once(undeclared_method_probe(context, context.absent_appointment, "PUT", operation=OPERATION))
    for name in ESSENTIAL_NEAR_MISSES:
        _send_near_miss(context, name, *_canceled(context)[:1])
    for kind in (Credentials.MADE_UP_SCHEME, Credentials.JUNK_AFTER, Credentials.UNKNOWN):
        _send_uncredited(context, kind, kinds[kind])
    # What was refused here is not to be blamed on the refusals of other scenarios.
    _read_scheduled(context, Look.AFTER_WRONG_CREDENTIALS)


def credentials(context: ScenarioContext) -> None:
    """Every kind of wrong credentials on an appointment that stays scheduled."""
    for kind, headers in wrong_credentials(context.target):
        _send_uncredited(context, kind, headers)
    _read_scheduled(context, Look.AFTER_WRONG_CREDENTIALS)


def paths(context: ScenarioContext) -> None:
    """Near misses of the id of an appointment that stays scheduled."""
    for name in near_miss_segments(next_scheduled(context)):
        _send_near_miss(context, name)
    _read_scheduled(context, Look.AFTER_REFUSALS)


def methods(context: ScenarioContext) -> None:
    """Methods that no page declares, on an appointment that does not exist."""
    for method in ("PUT", "POST"):
        context.send_once(undeclared_method_probe(context, context.absent_appointment, method, operation=OPERATION))


def race(context: ScenarioContext) -> None:
    """Pairs of cancels of one appointment at the same instant; one of two finds it scheduled, or somebody cancelled it.

    A pair of which one was put off (429, 503) has used up its appointment and says nothing. One that finds it canceled,
    or not there, where no read has shown it as scheduled, is passed by.
    """
    is_confirmed = False
    for _ in range(PAIRS):
        it = _raced(context)
        if it and not is_confirmed:
            context.send(cancel(context, it, name="once-more", case=AGAIN))
            is_confirmed = True
            if shows_scheduled(shown(context, it)):
                # The next run may begin at once, and must not find a read that still lags.
                read_until(context, read(context, it, Look.AFTER_THE_RACE), is_canceled)
        if is_confirmed and len(context.unused) <= LEFT_UNUSED:
            return


def _raced(context: ScenarioContext) -> str | None:
    """Send a pair of cancels at the same instant; return the appointment where the pair was judged."""
    while True:
        it = use_scheduled(context)
        pair = [cancel(context, it, name=f"race/{which}", kind="race") for which in (1, 2)]
        raced = context.send_together(pair)
        if not all(seen.judged for seen in raced):
            # The next pair needs room for two.
            context.client.rate_limiter.wait(PUT_OFF_SECONDS)
            return None
        if not all(seen.status in {409, *NOT_FOUND} for seen in raced) or shows_scheduled(shown(context, it)):
            return it
        pass_by(context, it, f"{raced[0].status} to its first cancel")


def _first_cancel(context: ScenarioContext) -> tuple[Seen, str | None]:
    """Cancel the first appointment that is not used up; return the answer, and another one that stays as it is.

    Where reads are not served, an answer 409 is the way to tell that an appointment was canceled before.
    """
    while True:
        it, bystander = scheduled_pair(context)
        context.retire(it)
        first = context.send_together([cancel(context, it, name="first", case=FIRST_TIME)])[0]
        _check_testable(context, first)
        if not _was_used_up(context, first):
            return first, bystander
        pass_by(context, it, f"{first.status} to its first cancel")


def _was_used_up(context: ScenarioContext, first: Seen) -> bool:
    """Whether the answer to a first cancel tells that the appointment cannot be used, and nothing about the target.

    Where a read has shown it as scheduled, and shows it as canceled now, that first read may have lagged; the next
    appointments tell. Only so many are spent on that.
    """
    if first.status not in {409, *NOT_FOUND}:
        return False
    it = first.probe.appointment
    if not shows_scheduled(shown(context, it)):
        return True
    if first.status != 409 or len(_contradicted(context)) >= MOST_CONTRADICTED:
        return False
    return is_canceled(read_until(context, read(context, it, Look.AFTER_A_CONFLICT), is_canceled))


def _contradicted(context: ScenarioContext) -> list[str]:
    """The appointments that a read showed as scheduled, and whose first cancel was a conflict all the same."""
    return [it for it in context.passed_by if shows_scheduled(shown(context, it))]


def _check_testable(context: ScenarioContext, first: Seen) -> None:
    """Raise NotTestable where a fixture is refused as an absent appointment is: the answer is not about the fixture.

    A fixture that is not found may be missing by itself: the next ones are tried, a few.
    """
    context.check_rights(first)
    before, look = context.client.recording.seen, shown(context, first.probe.appointment)
    reads_served = look is not None and member(look, "id") == first.probe.appointment
    missing = [reason for reason in context.passed_by.values() if reason.startswith("404")]
    if first.status == 404 and len(missing) + 1 < MOST_MISSING and len(context.unused) >= LEAST_SCHEDULED:
        return
    absent = next((seen for seen in before if seen.probe.case == ABSENT), None)
    served = any(seen.probe.kind == "valid" and seen.status in {200, 409} for seen in before)
    if absent is None or absent.status != first.status or served:
        return
    if first.status in {404, 405} and not reads_served:
        raise NotTestable(
            f"a cancel of a fixture is answered {first.status}, as that of an absent appointment is, and no fixture can"
            " be read; check base_url and fixtures.appointments."
        )


def _is_as_before(before: Seen | None, after: Seen) -> bool:
    """Whether two reads agree in the members that a cancel of another appointment leaves as they are."""
    return before is None or all(member(before, name) == member(after, name) for name in LASTING)


def _settle(context: ScenarioContext, it: str, *, reads_served: bool) -> None:
    """After a cancel whose answer never came: ask what became of it, and leave the appointment canceled either way.

    A second cancel settles what a read cannot: 409 means that the first one worked, 200 that this one did.
    """
    if reads_served and member(context.send(read(context, it, Look.UNANSWERED)), "status") == "canceled":
        return
    context.send(cancel(context, it, name="unanswered", kind="question", case=Case(name="unanswered")))


def _canceled(context: ScenarioContext) -> list[str]:
    """The appointments that are canceled already, by this run or by an earlier one."""
    passed_by = (it for it, reason in context.passed_by.items() if reason.startswith(("canceled", "409")))
    return [*context.used_appointments, *passed_by]


def _uncredited(context: ScenarioContext, appointment: str, kind: Credentials, headers: Headers) -> Probe:
    case = kind.case
    return cancel(context, appointment, name=case.label, kind="credentials", case=case, headers=headers)


def _send_uncredited(context: ScenarioContext, kind: Credentials, headers: Headers) -> None:
    """Send to what is scheduled, save what a server in wide use lets through.

    That goes to what is canceled already, and is not sent where nothing is.
    """
    if kind in LET_THROUGH:
        for it in _canceled(context)[:1]:
            context.send_once(_uncredited(context, it, kind, headers))
        return
    live = next_scheduled(context)
    _spare(context, live, send_refused(context, _uncredited(context, live, kind, headers)))


def _send_near_miss(context: ScenarioContext, name: str, canceled: str = "") -> None:
    """Send one near miss, of an appointment that is canceled where one is named, else of one that is scheduled."""
    it = canceled or next_scheduled(context)
    segment = near_miss_segments(it)[name]
    case = Case("path", name)
    _spare(context, it, context.send_once(cancel(context, segment, name=case.label, kind="path", case=case)))


def _read_scheduled(context: ScenarioContext, moment: Look) -> None:
    """Read the next scheduled appointment, to see whether what was refused has cancelled it."""
    live = next_scheduled(context)
    _spare(context, live, read_until(context, read(context, live, moment), lambda seen: not is_canceled(seen)))


def _spare(context: ScenarioContext, live: str, seen: Seen | None) -> None:
    """Go on with another appointment where this one was cancelled against the contract."""
    if seen is None or live not in context.unused:
        return
    served = seen.probe.kind != "read" and seen.succeeded
    if served or (seen.probe.kind == "read" and member(seen, "status") == "canceled"):
        context.retire(live)


PREFLIGHT = Scenario("preflight", {"cancel": 2}, preflight, read_only=read_only.preflight)
LIFE_CYCLE = Scenario("life cycle", {"cancel": 3, "read": 3}, life_cycle, appointments=1)
ESSENTIALS = Scenario(
    "essentials",
    {"cancel": 5 + len(ESSENTIAL_NEAR_MISSES), "read": 1},
    essentials,
    needs=CANCELED,
    read_only=read_only.essentials,
)
CREDENTIALS = Scenario(
    "credentials", {"cancel": 10, "read": 2}, credentials, needs=CANCELED, read_only=read_only.credentials
)
PATHS = Scenario(
    "paths", {"cancel": len(near_misses_of("mijnklantportaal path")), "read": 1}, paths, read_only=read_only.paths
)
RACE = Scenario("race", {"cancel": 2 * PAIRS + 1, "read": 1}, race, appointments=PAIRS)
METHODS = Scenario("methods", {"cancel": 2}, methods)
