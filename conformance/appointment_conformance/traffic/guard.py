"""The guard: nothing leaves for the target that could reach a record which is not a fixture."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from appointment_conformance.errors import RequestRefused
from appointment_conformance.targets import Target
from appointment_strategies import broken_rules, near_miss_segments

_TEMPLATES = {
    "omneo": re.compile(r"/v3/appointments/(?P<segment>[^/]+)(?:/(?P<action>link|unlink))?"),
    "mijnklantportaal": re.compile(r"/appointments/(?P<segment>[^/]+)"),
}
#: On an id that no record has, an undeclared method can change nothing.
_METHODS_ON_ABSENT = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Guarding(Protocol):
    """Whatever decides about a client's requests."""

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Return quietly if the request may be sent; raise RequestRefused with the reason otherwise."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be sent to one target: its host, its contract's paths, its fixtures and ids that cannot exist.

    Of another account's appointment only those that the target declares as foreign, with the declared method and reads.
    """

    target: Target
    fixtures: frozenset[str]
    near_misses: frozenset[str]

    @classmethod
    def of(cls, target: Target) -> Guard:
        """Build the guard of `target`; a near miss counts only as derived from one of its own fixtures."""
        fixtures = frozenset((*target.fixtures.appointments, *target.fixtures.pending_appointments))
        segments = {segment for fixture in fixtures for segment in near_miss_segments(target.api, fixture).values()}
        return cls(target=target, fixtures=fixtures, near_misses=frozenset(segments))

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Return quietly if the request may be sent; raise RequestRefused with the reason otherwise."""
        segment, declared = self._place(method, url)
        if segment in self.fixtures:
            allowed = {"GET"} if self.target.read_only else {declared, "GET"}
        elif segment == self.target.absent_appointment:
            allowed = set(_METHODS_ON_ABSENT)
        elif segment in self.target.fixtures.foreign_appointments:
            allowed = set() if self.target.read_only else {declared, "GET"}
        elif segment in self.near_misses:
            allowed = set() if self.target.read_only else {declared}
        else:
            raise RequestRefused(f"{method} {url}: the path names neither a fixture nor an id that cannot exist.")
        if method not in allowed:
            rule = f"only {', '.join(sorted(allowed))} may be sent there" if allowed else "the target is read_only"
            raise RequestRefused(f"{method} {url}: {rule}.")
        self._check_body(body)

    def _place(self, method: str, url: str) -> tuple[str, str]:
        """Return the path's id segment and the method the contract declares there."""
        match = _TEMPLATES[self.target.api].fullmatch(path_below(self.target, method, url))
        if match is None or match["segment"] in {".", ".."}:
            raise RequestRefused(f"{method} {url}: the path is not of the contract.")
        if self.target.api == "mijnklantportaal":
            return match["segment"], "DELETE"
        return match["segment"], "POST" if match["action"] else "GET"

    def _check_body(self, body: bytes | None) -> None:
        """Refuse a link action that would be obeyed for a record which is not the target's own."""
        action = _valid_action(body)
        if action is None:
            return
        fixtures = self.target.fixtures
        own = {
            "profile": {*fixtures.profiles, self.target.absent_profile},
            "list": {*fixtures.lists, self.target.absent_list},
        }[action[0]]
        if _canonical(*action) not in {_canonical(action[0], name) for name in own}:
            raise RequestRefused(f"the body names {action[0]} {action[1]!r}, which is not a fixture.")


def _canonical(kind: str, name: str) -> str:
    """The one text that stands for a target, however it is written."""
    return name.lower() if kind == "profile" else str(int(name))


def path_below(target: Target, method: str, url: str) -> str:
    """Return the raw path of `url` below the target's base URL. Raises RequestRefused for any other place."""
    base, parts = urlsplit(target.base_url), urlsplit(url)
    if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
        raise RequestRefused(f"{method} {url}: the host is not the target's.")
    if parts.query or parts.fragment or not parts.path.startswith(f"{base.path}/"):
        raise RequestRefused(f"{method} {url}: the path is not of the contract.")
    return parts.path[len(base.path) :]


def _valid_action(body: bytes | None) -> tuple[str, str] | None:
    try:
        value = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    if broken_rules(value):
        return None
    return value["type"], value["id"]
