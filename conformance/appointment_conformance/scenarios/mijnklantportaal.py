"""The MijnKlantportaal scenarios: what is sent to cancel, and the reads that tell what it did."""

from __future__ import annotations

from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.probe import Kind, Probe
from appointment_conformance.traffic.recording import Seen
from appointment_strategies import near_miss_segments

from .credentials import wrong_credentials
from .scenario import Scenario
from .stage import Headers, Stage

OPERATION = "cancel"
ESSENTIAL_NEAR_MISSES = ("without-prefix", "wildcard-percent", "very-long")
#: How often a race is run at most while the target is unavailable to one of the two.
RACES = 3


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


def read(stage: Stage, appointment: str, moment: str) -> Seen:
    """Read one appointment where the target serves reads; `moment` says when, as `before` or `after`."""
    return stage.send(
        Probe(
            name=f"read/{moment}",
            operation=OPERATION,
            kind="read",
            method="GET",
            path=f"/appointments/{appointment}",
            headers=stage.authorized,
            of=moment,
            appointment=appointment,
        )
    )


def preflight(stage: Stage) -> None:
    """An absent appointment, a read of a fixture, and if need be no credentials: answers that only this API gives."""
    live = stage.live_appointment()
    absent = stage.send(cancel(stage, stage.target.absent_appointment, name="path/absent", kind="path", of="absent"))
    if read(stage, live, "first").status == absent.status:
        of, headers = wrong_credentials(stage.target)[0]
        stage.send(cancel(stage, live, name=f"credentials/{of}", kind="credentials", of=of, headers=headers))


def life_cycle(stage: Stage) -> None:
    """Cancel, and cancel again; reads before and after tell what changed, here and on a bystander."""
    it = stage.use_appointment()
    bystander = _bystander(stage)
    reads_served = read(stage, it, "before").status == 200
    if bystander and reads_served:
        read(stage, bystander, "bystander before")
    stage.send_together([cancel(stage, it, name="first", of="first")])
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
    if "forbidden" in kinds:
        _send_uncredited(stage, "forbidden", kinds["forbidden"])
    _send_uncredited(stage, "unknown", kinds["unknown"])
    for name, segment in near_miss_segments("mijnklantportaal", stage.used_appointments[0]).items():
        if name in ESSENTIAL_NEAR_MISSES:
            stage.send_once(cancel(stage, segment, name=f"path/{name}", kind="path", of=name))


def credentials(stage: Stage) -> None:
    """Every kind of wrong credentials on an appointment that stays scheduled."""
    for of, headers in wrong_credentials(stage.target):
        _send_uncredited(stage, of, headers)
    live = stage.live_appointment()
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
    """Two cancels of one appointment at the same instant; one of them finds it scheduled, or somebody cancelled it."""
    for _ in range(RACES):
        it = stage.use_appointment()
        raced = stage.send_together([cancel(stage, it, name=f"race/{n}", kind="race") for n in (1, 2)])
        if all(seen.judged for seen in raced):
            stage.send(cancel(stage, it, name="once-more", of="again"))
            return


def _undeclared(stage: Stage, method: str) -> Probe:
    return Probe(
        name=f"{OPERATION}/method/{method}",
        operation=OPERATION,
        kind="method",
        method=method,
        path=f"/appointments/{stage.target.absent_appointment}",
        headers=stage.authorized,
        of=method,
    )


def _send_uncredited(stage: Stage, of: str, headers: Headers) -> None:
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
    Scenario("preflight", 3, preflight),
    Scenario("life cycle", 6, life_cycle, appointments=1),
    Scenario("essentials", 8, essentials),
    Scenario("credentials", 4, credentials),
    Scenario("paths", 8, paths),
    Scenario("race", 2 * RACES + 1, race, appointments=RACES),
    Scenario("methods", 2, methods),
)
