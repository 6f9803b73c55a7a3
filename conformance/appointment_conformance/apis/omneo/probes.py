"""The Omneo probes: one request each, and what the suite knows about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from appointment_conformance.engine.context import Stage
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Kind, Link, Probe, json_text
from appointment_strategies import NearMiss
from appointment_strategies.omneo import (
    Of,
    assert_pure,
    broken_action,
    is_profile_id,
    kinds_of,
    near_misses_of,
    open_fields,
    safe_segments,
    wrong_fields,
)

from .policy import records_of

Action = Literal["link", "unlink"]
ACTIONS: tuple[Action, Action] = ("link", "unlink")
#: How many profiles are tried as the id of a body whose type is wrong.
MOST_PROFILES = 10


def action_path(appointment: str, action: Action) -> str:
    """Return the path of an action below the base URL; `appointment` is a raw segment."""
    return f"/v3/appointments/{appointment}/{action}"


def body_of(link: Link) -> bytes:
    """Return the valid body that names `link`."""
    return json_text({"type": link[0], "id": link[1]})


def post(
    stage: Stage, action: Action, segment: str, body: bytes, *, name: str, kind: Kind, headers: Headers | None = None
) -> Probe:
    """Return a request of `action` to a raw path segment, with valid credentials unless `headers` says otherwise."""
    return Probe(
        name=f"{action}/{name}".replace(" ", "-"),
        operation=action,
        kind=kind,
        method="POST",
        path=action_path(segment, action),
        headers=(*JSON_BODY, *stage.authorized) if headers is None else headers,
        body=body,
    )


def at_fixture(stage: Stage, probe: Probe, appointment: str, link: Link | None) -> Probe:
    """Return `probe` with the fixture and the link it is about, and all that is known of the fixture's links."""
    links = stage.links
    return replace(
        probe,
        appointment=appointment,
        link=link,
        before=links.before(appointment),
        unlinked=links.unlinked(appointment),
        elsewhere=links.elsewhere(appointment),
    )


def act(stage: Stage, action: Action, appointment: str, link: Link, *, name: str, kind: Kind = "valid") -> Probe:
    """Return the valid probe of `action`."""
    probe = post(stage, action, appointment, body_of(link), name=name, kind=kind)
    return at_fixture(stage, probe, appointment, link)


def miss_called(of: Of, name: str) -> NearMiss:
    """Return the class of near misses of `of` that has this name."""
    return next(miss for miss in near_misses_of(of) if miss.name == name)


def undeclared(stage: Stage, action: Action, method: str, appointment: str) -> Probe:
    """Return a request with a method that the contract does not declare."""
    probe = post(stage, action, appointment, b"", name=f"method/{method}", kind="method", headers=stage.authorized)
    return replace(probe, method=method, body=None, of=method)


def wrong_paths(stage: Stage, action: Action, appointment: str, link: Link) -> Iterator[Probe]:
    """Yield the absent appointment and every near miss of one that is there which may be sent."""
    yield at_absent(stage, action, link)
    for name, segment in safe_segments(appointment, records_of(stage.equipped_target)).items():
        yield at_segment(stage, action, segment, link, of=name)


def at_absent(stage: Stage, action: Action, link: Link) -> Probe:
    """Return the valid body on an appointment that does not exist."""
    return at_segment(stage, action, stage.absent_appointment, link, of="absent")


def at_segment(stage: Stage, action: Action, segment: str, link: Link, *, of: str) -> Probe:
    """Return the valid body on a raw path segment that is `of` a class of wrong ones."""
    return replace(post(stage, action, segment, body_of(link), name=f"path/{of}", kind="path"), of=of, link=link)


def uncredited(stage: Stage, action: Action, appointment: str, link: Link, of: str, headers: Headers) -> Probe:
    """Return the valid body with other credentials than the right ones."""
    sent, name = (*JSON_BODY, *headers), f"credentials/{of}"
    probe = post(stage, action, appointment, body_of(link), name=name, kind="credentials", headers=sent)
    return at_fixture(stage, replace(probe, of=of), appointment, link)


def near_miss(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body that breaks one rule."""
    body = broken_action(miss, *link)
    assert_pure(body, miss.rule)
    probe = post(stage, action, appointment, json_text(body), name=f"{miss.of}/{miss.name}", kind="near-miss")
    wrong, unclear = wrong_fields(body), open_fields(body)
    of = f"{miss.of}/{miss.rule}/{miss.name}"
    known = replace(probe, of=of, wrong_fields=wrong - unclear, open_fields=unclear)
    return at_fixture(stage, known, appointment, link)


def of_type(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body whose type is wrong, with the id of `link` where no server could find a stranger's record by it.

    A server may take a wrong type for any other: then the id is another fixture's that is nobody else's under any, or
    the number that nobody has. Where the type names what has numbers for ids, the id is a number.
    """
    alias, named = link
    profiles = stage.target.fixtures.profiles[:MOST_PROFILES]
    known = (named, *profiles, appointment, stage.target.absent_list)
    is_profile = "profile" in kinds_of(miss.make(alias))
    ids = (one for one in known if is_profile or not is_profile_id(one))
    probes = (near_miss(stage, action, miss, appointment, (alias, one)) for one in ids)
    return next(probe for probe in probes if stage.may_send(probe))


def of_id(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body whose id is wrong: made of that of `link`, or of the absent one where only that may be sent."""
    alias, _ = link
    absent = stage.target.absent_profile if alias == "profile" else stage.target.absent_list
    own = near_miss(stage, action, miss, appointment, link)
    return own if stage.may_send(own) else near_miss(stage, action, miss, appointment, (alias, absent))


def sendable(stage: Stage, probes: Iterable[Probe]) -> Iterator[Probe]:
    """Yield the probes by whose bodies no server, however lenient, could find a record beyond the fixtures."""
    return (probe for probe in probes if stage.may_send(probe))


def malformed(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body that is no JSON text."""
    raw = miss.make(body_of(link).decode())
    body = raw if isinstance(raw, bytes) else b""
    probe = post(stage, action, appointment, body, name=f"malformed/{miss.name}", kind="malformed")
    return at_fixture(stage, replace(probe, of=miss.name), appointment, link)
