"""The Omneo probes: one request each, and what the suite knows about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from appointment_conformance.traffic.probe import Kind, Link, Probe
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

from .stage import JSON_BODY, Stage, json_text

Action = Literal["link", "unlink"]
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


def miss_called(of: Of, name: str) -> NearMiss:
    """Return the class of near misses of `of` that has this name."""
    return next(miss for miss in near_misses_of(of) if miss.name == name)


def undeclared(stage: Stage, action: Action, method: str, appointment: str) -> Probe:
    """Return a request with a method that the contract does not declare."""
    return Probe(
        name=f"{action}/method/{method}",
        operation=action,
        kind="method",
        method=method,
        path=action_path(appointment, action),
        headers=stage.authorized,
        of=method,
    )


def wrong_paths(stage: Stage, action: Action, appointment: str, link: Link) -> Iterator[Probe]:
    """Yield the absent appointment and every near miss of one that is there."""
    yield at_absent(stage, action, link)
    for name, segment in near_miss_segments("omneo", appointment).items():
        yield at_segment(stage, action, segment, link, name=f"path/{name}", of=name)


def at_absent(stage: Stage, action: Action, link: Link) -> Probe:
    """Return the valid body on an appointment that does not exist."""
    return at_segment(stage, action, stage.absent_appointment, link, name="path/absent", of="absent")


def at_segment(stage: Stage, action: Action, segment: str, link: Link, *, name: str, of: str) -> Probe:
    """Return the valid body on a raw path segment."""
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


def uncredited(
    stage: Stage, action: Action, appointment: str, link: Link, of: str, headers: tuple[tuple[str, str], ...]
) -> Probe:
    """Return the valid body with other credentials than the right ones."""
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


def near_miss(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body that breaks one rule."""
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


def malformed(stage: Stage, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body that is no JSON text."""
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
