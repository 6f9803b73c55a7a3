"""The request policy that every API shares: a request may address a fixture, or an id that no record has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target
from appointment_specs import Contract

#: Methods that may be sent to an id that no record has, if the target is not read_only.
_METHODS_ON_ABSENT: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")


class BodyRule(Protocol):
    """Decides which bodies may be sent with an operation, independent of the record in its path."""

    def refusal(self, body: bytes) -> str | None:
        """Return why a body may not be sent, or None if it may."""

    def stray_record(self, body: bytes) -> str | None:
        """Return which record that is not a fixture a lenient server could find by a body, or None if it finds none."""


@dataclass(frozen=True, slots=True)
class NoBody:
    """The rule of operations that take no body: only an empty body may be sent."""

    def refusal(self, body: bytes) -> str | None:
        """Refuse every body that is not empty."""
        return f"the operation takes no body, and this one has {len(body)} bytes" if body else None

    def stray_record(self, body: bytes) -> str | None:
        """Return that a body may name any record, unless it is empty."""
        return f"any record that {len(body)} bytes may name" if body else None


def no_near_misses(_fixture: str) -> Mapping[str, str]:
    """Return no near miss of any id: none is sent."""
    return {}


@dataclass(frozen=True, slots=True)
class FixturePolicy:
    """Requests that may be sent to one target: paths of its contract, with its fixtures and ids that cannot exist.

    A fixture may be addressed with the methods of the contract and reads, the absent id with any method, and a near
    miss of a fixture's id only with the methods of the contract. Of another account's records, only those that the
    target declares as foreign may be addressed, with the methods of the contract and reads. For a read_only target,
    only reads of its fixtures and requests to the absent id with a method of the contract or a read are allowed.
    """

    #: Pattern of each path and the contract's methods there, each with the rule of its bodies; the path to read one
    #: record has GET if nothing else.
    places: tuple[tuple[re.Pattern[str], Mapping[str, BodyRule]], ...]
    fixtures: tuple[str, ...]
    absent: str
    foreign: frozenset[str]
    read_only: bool
    #: Returns the raw path segments near the id of one fixture, each of which cannot be an id, by name.
    near_misses: Callable[[str], Mapping[str, str]]
    #: The rule of bodies for methods that are not the contract's.
    bodies: BodyRule

    def refusal(self, method: str, path: str, body: bytes | None) -> str | None:
        """Return why a request may not be sent, or None if it may."""
        place = self._place(path)
        if place is None:
            return "the path is not in the contract"
        segment, declared = place
        allowed = self._allowed(segment, frozenset(declared))
        if allowed is None:
            return "the path names neither a fixture nor an id that cannot exist"
        if not allowed:
            return "the target is read_only"
        if method not in allowed:
            return f"only {', '.join(sorted(allowed))} may be sent there"
        return None if body is None else declared.get(method, self.bodies).refusal(body)

    def stray_record(self, body: bytes) -> str | None:
        """Return which record that is not a fixture a lenient server could find by a body, or None if it finds none.

        A body that one operation may be sent is harmless here; for each other operation `refusal` asks its own rule.
        """
        rules = (self.bodies, *(rule for _, declared in self.places for rule in declared.values()))
        found = [rule.stray_record(body) for rule in rules]
        return None if None in found else found[0]

    def near_miss_segments(self) -> Iterator[str]:
        """Yield every near miss of a fixture's id that may be in a path, those of the first fixtures first."""
        for fixture in self.fixtures:
            yield from self.near_misses(fixture).values()

    def _place(self, path: str) -> tuple[str, Mapping[str, BodyRule]] | None:
        """Return the id segment of a path and the contract's methods there, or None for any other path."""
        for pattern, declared in self.places:
            if match := pattern.fullmatch(path):
                return match["segment"], declared
        return None

    def _allowed(self, segment: str, declared: frozenset[str]) -> frozenset[str] | None:
        """Return the methods that may be sent to a segment, or None if it may not be addressed at all."""
        reads = frozenset({"GET"})
        if segment in self.fixtures:
            return reads if self.read_only else declared | reads
        if segment == self.absent:
            # HTTP allows PUT and PATCH to create a record that does not exist.
            return declared | reads if self.read_only else _METHODS_ON_ABSENT
        if segment in self.foreign:
            return frozenset() if self.read_only else declared | reads
        if segment in self.near_miss_segments():
            return frozenset() if self.read_only else declared
        return None


def fixture_policy(
    target: Target,
    contract: Contract,
    *,
    near_misses: Callable[[str], Mapping[str, str]] = no_near_misses,
    bodies: BodyRule,
    bodies_of: Mapping[str, BodyRule] = MappingProxyType({}),
    more_fixtures: Sequence[str] = (),
) -> FixturePolicy:
    """Return the policy of `target` from the operations of its contract and the path to read one record.

    `near_misses` returns the raw path segments near the id of one fixture; `bodies` decides about bodies,
    and `bodies_of` instead of it for the operations that it names; `more_fixtures` are ids besides the appointments
    that may be in a path. Raises ConfigurationError for an API without operations, for a name in `bodies_of` that no
    operation has, and for a path that does not have exactly one parameter, the id.
    """
    if not contract.operations:
        raise ConfigurationError(f"the contract of {target.api} has no operation, so no request may be sent.")
    if unknown := sorted(bodies_of.keys() - contract.operations.keys()):
        raise ConfigurationError(f"the contract of {target.api} has no operation {unknown[0]}, which has a body rule.")
    declared: dict[str, dict[str, BodyRule]] = {}
    for name, operation in contract.operations.items():
        declared.setdefault(operation.path, {})[operation.method] = bodies_of.get(name, bodies)
    declared.setdefault(contract.read_path, {"GET": bodies})
    return FixturePolicy(
        places=tuple((_pattern(path), found) for path, found in declared.items()),
        fixtures=(*target.fixtures.appointments, *more_fixtures),
        absent=target.absent_appointment,
        foreign=frozenset(target.fixtures.foreign_appointments),
        read_only=target.read_only,
        near_misses=near_misses,
        bodies=bodies,
    )


def _pattern(template: str) -> re.Pattern[str]:
    """Return a pattern for a path template whose only parameter is the id. Raises ConfigurationError."""
    before, *rest = _PARAMETER.split(template)
    if len(rest) != len(["parameter", "after"]):
        raise ConfigurationError(
            f"the path {template} does not have exactly one parameter, so no request may be sent there."
        )
    return re.compile(rf"{re.escape(before)}(?P<segment>[^/]+){re.escape(rest[1])}")
