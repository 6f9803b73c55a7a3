"""The MijnKlantportaal scenarios: what is sent to cancel, and the reads that tell what it did."""

from __future__ import annotations

from appointment_conformance.errors import NotTestable, TooFewFixtures
from appointment_conformance.traffic.answer import json_of, member
from appointment_conformance.traffic.probe import Headers, Kind, Probe
from appointment_conformance.traffic.recording import UNAVAILABLE, Seen
from appointment_strategies import near_miss_segments, near_misses_of

from .credentials import LET_THROUGH, wrong_credentials
from .scenario import Scenario
from .stage import Stage

OPERATION = "cancel"
ESSENTIAL_NEAR_MISSES = ("without-prefix", "wildcard-percent", "very-long")
#: Pairs of cancels at the same instant at most, each on an appointment of its own; one is sent in any case.
PAIRS = 5
#: Appointments that the pairs leave unused, so that a failure can be played again.
LEFT_UNUSED = 2
#: How many appointments that are canceled already the preflight passes by.
MOST_USED_UP = 5


def cancel(
    stage: Stage, segment: str, *, name: str, kind: Kind = "valid", of: str = "", headers: Headers | None = None
) -> Probe:
    """Return a cancel of a raw path segment, with valid credentials unless `headers` says otherwise."""
    return Probe(
        name=f"{OPERATION}/{name}",
        operation=OPERATION,
        kind=kind,
        method="DELETE",
        path=f"/appointments/{segment}",
        headers=stage.authorized if headers is None else headers,
        of=of,
        appointment=segment,
    )


def read(stage: Stage, appointment: str, moment: str, *, headers: Headers | None = None) -> Seen:
    """Read one appointment where the target serves reads; `moment` says when, as `before` or `after`.

    The credentials are valid unless `headers` says otherwise.
    """
    return stage.send(
        Probe(
            name=f"read/{moment}",
            operation=OPERATION,
            kind="read",
            method="GET",
            path=f"/appointments/{appointment}",
            headers=stage.authorized if headers is None else headers,
            of=moment,
            appointment=appointment,
        )
    )


def preflight(stage: Stage) -> None:
    """An absent appointment, a read of a fixture, and if need be no credentials: answers that only this API gives.

    A fixture that a read shows as canceled was used up by an earlier run: it says nothing about this one.
    """
    absent = stage.send(cancel(stage, stage.absent_appointment, name="path/absent", kind="path", of="absent"))
    if absent.status in UNAVAILABLE:
        return
    live = _first_scheduled(stage)
    if live.status == absent.status or not isinstance(json_of(absent), dict):
        of, headers = wrong_credentials(stage.target)[0]
        appointment = live.probe.appointment
        stage.send(cancel(stage, appointment, name=f"credentials/{of}", kind="credentials", of=of, headers=headers))
        stage.fresh_reads.clear()


def life_cycle(stage: Stage) -> None:
    """Cancel, and cancel again; reads before and after tell what changed, here and on a bystander."""
    it = stage.use_appointment()
    bystander = _bystander(stage)
    # What the preflight has read of it still holds: nothing has been sent to it since.
    before = stage.fresh_reads.pop(it, None) or read(stage, it, "before")
    reads_served = before.status == 200
    if bystander and reads_served:
        read(stage, bystander, "bystander before")
    first = stage.send_together([cancel(stage, it, name="first", of="first")])[0]
    _check_testable(stage, first, reads_served=member(before, "id") == it)
    if first.status is None:
        _settle(stage, it, reads_served=reads_served)
    if reads_served:
        read(stage, it, "after")
    stage.send(cancel(stage, it, name="again", of="again"))
    if bystander and reads_served:
        read(stage, bystander, "bystander after")


def essentials(stage: Stage) -> None:
    """The probes that tell most apart; what they leave to ask follows in its own scenario.

    The near misses are of a cancelled appointment: a server that takes them for it answers 409, and none is used up.
    """
    kinds = dict(wrong_credentials(stage.target))
    _send_uncredited(stage, "none", kinds["none"])
    stage.send_once(_undeclared(stage, "PUT"))
    for name, segment in near_miss_segments("mijnklantportaal", stage.used_appointments[0]).items():
        if name in ESSENTIAL_NEAR_MISSES:
            stage.send_once(cancel(stage, segment, name=f"path/{name}", kind="path", of=name))
    for of in ("scheme/made-up", "junk-after", "unknown"):
        _send_uncredited(stage, of, kinds[of])


def credentials(stage: Stage) -> None:
    """Every kind of wrong credentials on an appointment that stays scheduled."""
    for of, headers in wrong_credentials(stage.target):
        _send_uncredited(stage, of, headers)
    live = stage.live_appointment()
    forbidden = dict(wrong_credentials(stage.target)).get("forbidden", ())
    if any(seen.probe.of == "forbidden" and seen.status == 401 for seen in stage.client.recording.seen):
        # As an unknown token is answered: what it may read tells whether it is one.
        read(stage, live, "forbidden", headers=forbidden)
    _spare(stage, live, read(stage, live, "after wrong credentials"))


def paths(stage: Stage) -> None:
    """Near misses of the id of an appointment that stays scheduled."""
    for name in near_miss_segments("mijnklantportaal", stage.live_appointment()):
        _send_near_miss(stage, name)
    live = stage.live_appointment()
    _spare(stage, live, read(stage, live, "after refusals"))


def methods(stage: Stage) -> None:
    """Methods that no page declares, on an appointment that does not exist."""
    for method in ("PUT", "POST"):
        stage.send_once(_undeclared(stage, method))


def race(stage: Stage) -> None:
    """Pairs of cancels of one appointment at the same instant; one of two finds it scheduled, or somebody cancelled it.

    A pair of which one was put off (429, 503) has used up its appointment and says nothing.
    """
    is_confirmed = False
    for _ in range(PAIRS):
        it = stage.use_appointment()
        pair = [cancel(stage, it, name=f"race/{which}", kind="race") for which in (1, 2)]
        is_judged = all(seen.judged for seen in stage.send_together(pair))
        if is_judged and not is_confirmed:
            stage.send(cancel(stage, it, name="once-more", of="again"))
            is_confirmed = True
        if is_confirmed and stage.unused <= LEFT_UNUSED:
            return


def _first_scheduled(stage: Stage) -> Seen:
    """The first read of a fixture that is not used up. Raises TooFewFixtures where the first ones all are."""
    for _ in range(MOST_USED_UP + 1):
        live = stage.live_appointment()
        seen = read(stage, live, "first")
        if seen.status != 200 or member(seen, "status") != "canceled":
            if seen.judged:
                stage.fresh_reads[live] = seen
            return seen
        stage.lay_aside(live)
    raise TooFewFixtures(
        f"the first {MOST_USED_UP + 1} appointments are canceled already; take them out of fixtures.appointments."
    )


def _check_testable(stage: Stage, first: Seen, *, reads_served: bool) -> None:
    """Raise NotTestable where a fixture is refused as an absent appointment is: the answer is not about the fixture."""
    before = stage.client.recording.seen
    absent = next((seen for seen in before if seen.probe.of == "absent"), None)
    served = any(seen.probe.kind == "valid" and seen.status in {200, 409} for seen in before)
    if absent is None or absent.status != first.status or served:
        return
    if first.status in {401, 403}:
        raise NotTestable(f"whatever is canceled, the answer is {first.status}: the token lacks the right to cancel.")
    if first.status in {404, 405} and not reads_served:
        raise NotTestable(
            f"a cancel of a fixture is answered {first.status}, as that of an absent appointment is, and no fixture can"
            " be read; check base_url and fixtures.appointments."
        )


def _settle(stage: Stage, it: str, *, reads_served: bool) -> None:
    """After a cancel whose answer never came: ask what became of it, and leave the appointment canceled either way.

    A second cancel settles what a read cannot: 409 means that the first one worked, 200 that this one did.
    """
    if reads_served and member(read(stage, it, "unanswered"), "status") == "canceled":
        return
    stage.send(cancel(stage, it, name="unanswered", kind="question", of="unanswered"))


def _undeclared(stage: Stage, method: str) -> Probe:
    return Probe(
        name=f"{OPERATION}/method/{method}",
        operation=OPERATION,
        kind="method",
        method=method,
        path=f"/appointments/{stage.absent_appointment}",
        headers=stage.authorized,
        of=method,
    )


def _send_uncredited(stage: Stage, of: str, headers: Headers) -> None:
    """Send to what is scheduled, save what a server in wide use lets through: that goes to what is cancelled."""
    if of in LET_THROUGH:
        used = stage.used_appointments[0]
        stage.send_once(cancel(stage, used, name=f"credentials/{of}", kind="credentials", of=of, headers=headers))
        return
    live = stage.live_appointment()
    probe = cancel(stage, live, name=f"credentials/{of}", kind="credentials", of=of, headers=headers)
    _spare(stage, live, stage.send_once(probe))


def _send_near_miss(stage: Stage, name: str) -> None:
    live = stage.live_appointment()
    segment = near_miss_segments("mijnklantportaal", live)[name]
    _spare(stage, live, stage.send_once(cancel(stage, segment, name=f"path/{name}", kind="path", of=name)))


def _spare(stage: Stage, live: str, seen: Seen | None) -> None:
    """Go on with another appointment where this one was cancelled against the contract."""
    if seen is None:
        return
    served = seen.probe.kind != "read" and seen.status is not None and seen.status < 300
    if served or (seen.probe.kind == "read" and member(seen, "status") == "canceled"):
        stage.lay_aside(live)


def _bystander(stage: Stage) -> str | None:
    try:
        return stage.live_appointment()
    except TooFewFixtures:
        return None


SCENARIOS = (
    Scenario("preflight", {"cancel": 2, "read": MOST_USED_UP + 1}, preflight),
    Scenario("life cycle", {"cancel": 3, "read": 5}, life_cycle, appointments=1),
    Scenario("essentials", {"cancel": 5 + len(ESSENTIAL_NEAR_MISSES)}, essentials),
    Scenario("credentials", {"cancel": 9, "read": 2}, credentials),
    Scenario("paths", {"cancel": len(near_misses_of("mijnklantportaal path")), "read": 1}, paths),
    Scenario("race", {"cancel": 2 * PAIRS + 1}, race, appointments=PAIRS),
    Scenario("methods", {"cancel": 2}, methods),
)
