"""The Omneo scenarios: what is sent to link and unlink."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from appointment_conformance.errors import FixtureLost, TooFewFixtures
from appointment_conformance.traffic.answer import links_of
from appointment_conformance.traffic.probe import Kind, Link, Probe
from appointment_conformance.traffic.recording import UNAVAILABLE, Seen
from appointment_strategies import (
    NearMiss,
    Of,
    assert_pure,
    broken_action,
    near_miss_segments,
    near_misses_of,
    open_fields,
    wrong_fields,
)

from .credentials import wrong_credentials
from .drawn import EXAMPLES, drawn_near_misses
from .scenario import Scenario
from .stage import JSON_BODY, Stage, json_text

Action = Literal["link", "unlink"]
#: How often a race is run at most while the target is unavailable to one of the two.
RACES = 3
ACTIONS: tuple[Action, Action] = ("link", "unlink")


def action_path(appointment: str, action: Action) -> str:
    """Return the path of an action below the base URL; `appointment` is a raw segment."""
    return f"/v3/appointments/{appointment}/{action}"


def body_of(link: Link) -> bytes:
    """Return the valid body that names `link`."""
    return json_text({"type": link[0], "id": link[1]})


def act(stage: Stage, action: Action, appointment: str, link: Link, *, name: str, kind: Kind = "valid") -> Probe:
    """Return the valid probe of `action`, with what is known of the appointment's links."""
    return Probe(
        name=f"{action}/{name}",
        operation=action,
        kind=kind,
        method="POST",
        path=action_path(appointment, action),
        headers=(*JSON_BODY, *stage.authorized),
        body=body_of(link),
        appointment=appointment,
        link=link,
        before=stage.links.before(appointment),
        unlinked=stage.links.unlinked(appointment),
        elsewhere=stage.links.elsewhere(appointment),
    )


def note(stage: Stage, seen: Seen) -> Seen:
    """Enter into the stage's book what an answer to a valid probe tells about the links. Raises FixtureLost."""
    probe = seen.probe
    if seen.status in {404, 410}:
        stage.lay_aside(probe.appointment)
        raise FixtureLost(f"appointment {probe.appointment} is not there ({seen.status}); check fixtures.appointments.")
    if seen.status is None:
        # Whatever it did or did not do: nothing is known any more.
        stage.links.forget()
        return seen
    if probe.link is None or not 200 <= seen.status < 300:
        return seen
    if probe.operation == "unlink":
        stage.links.taken_away(probe.appointment, probe.link)
    elif (links := links_of(seen)) is not None:
        stage.links.shown(probe.appointment, links)
    return seen


def do(stage: Stage, action: Action, appointment: str, link: Link, name: str) -> Seen:
    """Send a valid probe and note what it tells."""
    return note(stage, stage.send(act(stage, action, appointment, link, name=name)))


def do_on_bare_wire(stage: Stage, action: Action, appointment: str, link: Link, name: str) -> Seen:
    """Send a valid probe on a connection of its own, read to the last byte, and note what it tells."""
    return note(stage, stage.send_together([act(stage, action, appointment, link, name=name)])[0])


def ensure(stage: Stage, appointment: str, link: Link, *, linked: bool) -> None:
    """Bring one link into the wanted state, at no cost where the book already says so."""
    if stage.links.holds(appointment, link) is not linked:
        do(stage, "link" if linked else "unlink", appointment, link, "prepare")


#: A list of the target's own under type `profile`: a server that ignores the type obeys it for that list.
_OTHER_TYPE = NearMiss("other-type", "profile id", "id-form", lambda number: number)


class Cast:
    """The fixtures that the scenarios play with, under the names of their parts."""

    def __init__(self, stage: Stage) -> None:
        """Hand out the parts. Raises TooFewFixtures where there are not two profiles."""
        fixtures = stage.target.fixtures
        if len(fixtures.profiles) < 2:
            raise TooFewFixtures("this needs two profiles; add one to fixtures.profiles.")
        self.appointment = stage.live_appointment()
        self.bystander = stage.bystander()
        self.probed: Link = ("profile", fixtures.profiles[0])
        self.kept: Link = ("profile", fixtures.profiles[1])
        self.list: Link | None = ("list", fixtures.lists[0]) if fixtures.lists else None
        #: What to name where the type is wrong: an integer is right for everything else than a profile.
        self.any: Link = self.list or self.probed


def life_cycle(stage: Stage) -> None:
    """Link, unlink, link again, add others, and look at what each answer shows of the rest."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    do_on_bare_wire(stage, "link", it, probed, "first")
    do_on_bare_wire(stage, "unlink", it, probed, "first")
    do(stage, "link", it, kept, "after-the-first-unlink")
    if cast.bystander:
        do(stage, "link", cast.bystander, probed, "bystander-first")
        do(stage, "link", cast.bystander, kept, "bystander-second")
    do(stage, "link", it, cast.list or kept, "after-a-link-elsewhere")
    do(stage, "link", it, probed, "second-target")
    do(stage, "link", it, probed, "again")
    if cast.list:
        do(stage, "unlink", it, cast.list, "list")
        do(stage, "link", it, probed, "after-unlinking-the-list")


def aftermath(stage: Stage) -> None:
    """Unlink a profile, and look at what that leaves, here and on another appointment."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    if cast.bystander:
        ensure(stage, cast.bystander, probed, linked=True)
    ensure(stage, it, kept, linked=True)
    ensure(stage, it, probed, linked=True)
    do(stage, "unlink", it, probed, "profile")
    do(stage, "link", it, cast.list or kept, "after-unlinking-the-profile")
    if cast.bystander:
        do(stage, "link", cast.bystander, kept, "bystander-again")


def preflight(stage: Stage) -> None:
    """An absent appointment, no credentials, an unknown alias: three answers that only this API gives.

    Where the first two are alike, a missing id tells an API that is wrong about aliases from a fixture that is absent.
    """
    cast = Cast(stage)
    absent = stage.send_once(_absent(stage, "link", cast.probed))
    if absent and absent.status in UNAVAILABLE:
        return
    unknown = stage.send_once(_near_miss(stage, "link", near_misses_of("type")[0], cast.appointment, cast.any))
    if absent and unknown and unknown.status == absent.status:
        stage.send_once(_near_miss(stage, "link", _miss("profile id", "missing"), cast.appointment, cast.probed))
    stage.send_once(_uncredited(stage, "link", cast.appointment, cast.probed, *wrong_credentials(stage.target)[0]))


def essentials(stage: Stage) -> None:
    """The probes that tell most apart, each on one action; what they leave to ask follows in its own scenario."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    forbidden = dict(wrong_credentials(stage.target)).get("forbidden")
    stage.send_once(_undeclared(stage, "unlink", "GET", it))
    stage.send_once(_near_miss(stage, "unlink", _miss("profile id", "very-long"), it, probed))
    if forbidden:
        stage.send_once(_uncredited(stage, "unlink", it, kept, "forbidden", forbidden))
    if cast.list:
        stage.send_once(_near_miss(stage, "link", _miss("list id", "beyond-64-bits"), it, cast.list))
        stage.send_once(_near_miss(stage, "link", _miss("list id", "non-ascii-digits"), it, cast.list))
        stage.send_once(_near_miss(stage, "unlink", _OTHER_TYPE, it, ("profile", cast.list[1])))
    stage.send_once(_near_miss(stage, "unlink", _miss("body", "array"), it, probed))
    stage.send_once(_uncredited(stage, "unlink", it, kept, *wrong_credentials(stage.target)[1]))
    stage.send_once(_near_miss(stage, "unlink", _miss("profile id", "nul"), it, probed))
    stage.send_once(_near_miss(stage, "unlink", _miss("profile id", "object"), it, probed))
    stage.send_once(_malformed(stage, "unlink", _miss("raw body", "single-quotes"), it, probed))
    for name in ("letters-after", "huge"):
        stage.send_once(_at(stage, "link", near_miss_segments("omneo", it)[name], probed, name=f"path/{name}", of=name))
    do(stage, "link", it, cast.list or kept, "after-essentials")


def credentials(stage: Stage) -> None:
    """Every kind of wrong credentials on both actions; afterwards nothing has been linked or unlinked."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    ensure(stage, it, probed, linked=False)
    ensure(stage, it, kept, linked=True)
    for of, headers in wrong_credentials(stage.target):
        stage.send_once(_uncredited(stage, "link", it, probed, of, headers))
    do(stage, "link", it, kept, "after-wrong-credentials-on-link")
    for of, headers in wrong_credentials(stage.target):
        stage.send_once(_uncredited(stage, "unlink", it, kept, of, headers))
    do(stage, "link", it, probed, "after-wrong-credentials-on-unlink")


def paths(stage: Stage) -> None:
    """Absent appointments and near misses of a fixture's number; afterwards nothing has been linked or unlinked."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    ensure(stage, it, probed, linked=False)
    ensure(stage, it, kept, linked=True)
    for action, target, look in zip(ACTIONS, (probed, kept), (kept, probed), strict=True):
        for probe in _wrong_paths(stage, action, it, target):
            stage.send_once(probe)
        do(stage, "link", it, look, f"after-wrong-paths-of-{action}")


def methods(stage: Stage) -> None:
    """Methods that the contract does not declare, where they can change nothing."""
    cast = Cast(stage)
    for action in ACTIONS:
        stage.send_once(_undeclared(stage, action, "GET", cast.appointment))
        # Only a safe method may name an appointment that exists.
        for method in ("PUT", "DELETE"):
            stage.send_once(_undeclared(stage, action, method, stage.absent_appointment))


def refusals(stage: Stage, action: Action) -> None:
    """Every class of near misses and malformed bodies on one action; afterwards the links are what they were."""
    cast = Cast(stage)
    it = cast.appointment
    for link in (cast.probed, cast.list):
        if link:
            ensure(stage, it, link, linked=action == "unlink")
    do(stage, "link", it, cast.kept, f"before-refusals-of-{action}")
    for probe in refused_bodies(stage, action, cast):
        stage.send_once(probe)
    do(stage, "link", it, cast.kept, f"after-refusals-of-{action}")


def refused_bodies(stage: Stage, action: Action, cast: Cast) -> Iterator[Probe]:
    """Yield one probe a class: of the ids, the type, the whole body, and the JSON text."""
    families: list[tuple[Of, Link]] = [("profile id", cast.probed), ("type", cast.any), ("body", cast.probed)]
    if cast.list:
        families.insert(1, ("list id", cast.list))
    for of, link in families:
        for miss in near_misses_of(of):
            yield _near_miss(stage, action, miss, cast.appointment, link)
        if stage.profile == "thorough" and of != "body":
            for miss in drawn_near_misses(of, link[0] if of == "type" else link[1], seed_=stage.seed):
                yield _near_miss(stage, action, miss, cast.appointment, link)
    if cast.list:
        yield _near_miss(stage, action, _OTHER_TYPE, cast.appointment, ("profile", cast.list[1]))
    for miss in near_misses_of("raw body"):
        yield _malformed(stage, action, miss, cast.appointment, cast.probed)


def races(stage: Stage) -> None:
    """Two links of one target at the same instant, then a link and an unlink; each time a look at what is left."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    ensure(stage, it, probed, linked=False)
    ensure(stage, it, kept, linked=True)
    _race(stage, [act(stage, "link", it, probed, name=f"race/{n}", kind="race") for n in (1, 2)])
    do(stage, "link", it, kept, "after-two-links-at-once")
    _race(stage, [act(stage, action, it, probed, name="race/both", kind="race") for action in ACTIONS])
    do(stage, "link", it, kept, "after-link-and-unlink-at-once")


def _race(stage: Stage, probes: list[Probe]) -> None:
    """Send probes at the same instant, again while the target is unavailable to one of them."""
    for _ in range(RACES):
        if all(seen.judged for seen in stage.send_together(probes)):
            return


def _miss(of: Of, name: str) -> NearMiss:
    return next(miss for miss in near_misses_of(of) if miss.name == name)


def _undeclared(stage: Stage, action: Action, method: str, appointment: str) -> Probe:
    return Probe(
        name=f"{action}/method/{method}",
        operation=action,
        kind="method",
        method=method,
        path=action_path(appointment, action),
        headers=stage.authorized,
        of=method,
    )


def _wrong_paths(stage: Stage, action: Action, appointment: str, link: Link) -> Iterator[Probe]:
    yield _absent(stage, action, link)
    for name, segment in near_miss_segments("omneo", appointment).items():
        yield _at(stage, action, segment, link, name=f"path/{name}", of=name)


def _absent(stage: Stage, action: Action, link: Link) -> Probe:
    return _at(stage, action, stage.absent_appointment, link, name="path/absent", of="absent")


def _at(stage: Stage, action: Action, segment: str, link: Link, *, name: str, of: str) -> Probe:
    return Probe(
        name=f"{action}/{name}",
        operation=action,
        kind="path",
        method="POST",
        path=action_path(segment, action),
        headers=(*JSON_BODY, *stage.authorized),
        body=body_of(link),
        of=of,
        link=link,
    )


def _uncredited(
    stage: Stage, action: Action, appointment: str, link: Link, of: str, headers: tuple[tuple[str, str], ...]
) -> Probe:
    return Probe(
        name=f"{action}/credentials/{of}",
        operation=action,
        kind="credentials",
        method="POST",
        path=action_path(appointment, action),
        headers=(*JSON_BODY, *headers),
        body=body_of(link),
        of=of,
        appointment=appointment,
        link=link,
        before=stage.links.before(appointment),
    )


def _near_miss(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    body = broken_action(miss, *link)
    assert_pure(body, miss.rule)
    return Probe(
        name=f"{action}/{miss.of}/{miss.name}".replace(" ", "-"),
        operation=action,
        kind="near-miss",
        method="POST",
        path=action_path(appointment, action),
        headers=(*JSON_BODY, *stage.authorized),
        body=json_text(body),
        of=f"{miss.of}/{miss.rule}/{miss.name}",
        wrong_fields=wrong_fields(body) - open_fields(body),
        open_fields=open_fields(body),
        appointment=appointment,
        link=link,
        before=stage.links.before(appointment),
    )


def _malformed(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    raw = miss.make(body_of(link).decode())
    return Probe(
        name=f"{action}/malformed/{miss.name}",
        operation=action,
        kind="malformed",
        method="POST",
        path=action_path(appointment, action),
        headers=(*JSON_BODY, *stage.authorized),
        body=raw if isinstance(raw, bytes) else b"",
        of=miss.name,
        appointment=appointment,
        link=link,
        before=stage.links.before(appointment),
    )


_FAMILIES: tuple[Of, ...] = ("profile id", "list id", "type", "body", "raw body")
_BODIES = sum(len(near_misses_of(of)) for of in _FAMILIES) + len([_OTHER_TYPE])
_PATHS = len(near_misses_of("omneo path")) + len(["absent"])
_DRAWN = 3 * EXAMPLES

SCENARIOS = (
    Scenario("preflight", {"link": 4}, preflight),
    Scenario("life cycle", {"link": 8, "unlink": 2}, life_cycle),
    Scenario("essentials", {"link": 5, "unlink": 9}, essentials),
    Scenario("aftermath", {"link": 5, "unlink": 1}, aftermath),
    Scenario("credentials", {"link": 8, "unlink": 6}, credentials),
    Scenario("paths", {"link": _PATHS + 3, "unlink": _PATHS + 1}, paths),
    Scenario(
        "refusals of link",
        {"link": _BODIES + 2, "unlink": 2},
        partial(refusals, action="link"),
        explored={"link": _DRAWN},
    ),
    Scenario(
        "refusals of unlink",
        {"link": 4, "unlink": _BODIES},
        partial(refusals, action="unlink"),
        explored={"unlink": _DRAWN},
    ),
    Scenario("methods", {"link": 3, "unlink": 3}, methods),
    Scenario("races", {"link": 3 + 3 * RACES, "unlink": 1 + RACES}, races),
)
