"""The guard: nothing leaves for the target that could reach a record which is not a fixture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from appointment_conformance.apis.omneo.records import records_of
from appointment_conformance.errors import RequestRefused
from appointment_conformance.targets import Target
from appointment_strategies import Records, broken_rules, safe_segments

_TEMPLATES = {
    "omneo": re.compile(r"/v3/appointments/(?P<segment>[^/]+)(?:/(?P<action>link|unlink))?"),
    "mijnklantportaal": re.compile(r"/appointments/(?P<segment>[^/]+)"),
}
#: What may be sent to an id that no record has, where the target is not read_only.
_METHODS_ON_ABSENT = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Guarding(Protocol):
    """Whatever decides about a client's requests."""

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Return quietly if the request may be sent; raise RequestRefused with the reason otherwise."""


@dataclass(frozen=True)
class Guard:
    """What may be sent to one target: its host, its contract's paths, its fixtures and ids that cannot exist.

    Of another account's appointment only those that the target declares as foreign, with the declared method and reads.
    No body by which a lenient server could find a record that is neither a fixture nor absent, whatever the request.
    """

    target: Target
    fixtures: frozenset[str]
    records: Records

    @classmethod
    def of(cls, target: Target) -> Guard:
        """Build the guard of `target`; a near miss counts only as derived from one of its own fixtures."""
        fixtures = frozenset(target.fixtures.usable)
        return cls(target=target, fixtures=fixtures, records=records_of(target))

    @cached_property
    def near_misses(self) -> frozenset[str]:
        """Every near miss of a fixture's id that may stand in a path."""
        return frozenset(self._near_misses())

    def _near_misses(self) -> Iterator[str]:
        # In the order of the list: those that a run plays with come first.
        for fixture in self.target.fixtures.usable:
            yield from safe_segments(self.target.api, fixture, self.records).values()  # type: ignore[arg-type] # one of two names

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Return quietly if the request may be sent; raise RequestRefused with the reason otherwise."""
        segment, declared = self._place(method, url)
        if segment in self.fixtures:
            allowed = {"GET"} if self.target.read_only else {declared, "GET"}
        elif segment == self.target.absent_appointment:
            # HTTP lets a PUT or a PATCH create what is not there.
            allowed = {declared, "GET"} if self.target.read_only else set(_METHODS_ON_ABSENT)
        elif segment in self.target.fixtures.foreign_appointments:
            allowed = set() if self.target.read_only else {declared, "GET"}
        elif segment in self._near_misses():
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
        """Refuse a body that any server could take for one about a record which is not the target's own."""
        if body is None:
            return
        if (action := _valid_action(body)) is not None:
            self._check_action(action)
        if (stray := self.records.stray(body)) is not None:
            raise RequestRefused(f"a lenient server could find {stray} by the body, which is not a fixture.")

    def _check_action(self, action: tuple[str, str]) -> None:
        """Refuse a link action that every server obeys, unless it names a fixture or an id that no record has."""
        fixtures = self.target.fixtures
        own = {
            "profile": {*fixtures.of_kind("profile"), self.target.absent_ids.get("profile", "")},
            "list": {*fixtures.of_kind("list"), self.target.absent_ids.get("list", "")},
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


def _valid_action(body: bytes) -> tuple[str, str] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if broken_rules(value):
        return None
    return value["type"], value["id"]
