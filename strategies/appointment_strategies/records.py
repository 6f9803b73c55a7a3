"""Whose record a lenient server would find: the one rule by which a body, or an id in a path, may be sent or not."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

from appointment_strategies.lenient_bodies import references_in
from appointment_strategies.model import ABSENT_NUMBER
from appointment_strategies.near_misses import near_miss_segments
from appointment_strategies.readings import CONTAINER, NATIVE, folded, numbers_of, scalars_of, uuids_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from appointment_strategies.model import Api

#: What a type may name: one of the two kinds that can be linked, an appointment, or a record of any other table.
Kind = Literal["profile", "list", "appointment", "other"]

#: No column of signed 32 bits holds this, and no first group of a UUID, read as a number, comes to it.
_LEAST: Final = 2**31
#: How many times larger than every number of a fixture a number is that no counter has come to.
_FAR: Final = 1000
_END: Final = 2**63
_NAMED: Final[tuple[Kind, ...]] = ("profile", "list", "appointment")
#: Under a type that says nothing a server may take the id for one of any of these.
_ANY: Final = frozenset(_NAMED)
#: Operators of queries in JSON that ask for equality; any other finds other records.
_EQUALITY: Final = frozenset({"$eq", "$in"})
#: The digits in the place of a UUID's version that a generator writes.
_VERSIONS: Final = "12345678"
_VERSION_AT: Final = 14


@dataclass(frozen=True)
class Records:
    """The records that may be named: the fixtures of one target, and the ids that it calls absent."""

    appointments: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    #: Ids that no record has, by kind.
    absent: Mapping[Kind, str] = field(default_factory=dict, hash=False)

    def stray(self, body: bytes) -> str | None:
        """Say which record beyond these a lenient server could find by a body; None if it finds none.

        A lenient server takes any word for a type, and reads an id in any of the ways of `readings`. What it finds has
        to be one of these records, or nobody's. A reading that makes something else of a right id, too, may make the
        same of a wrong one: such a server finds nothing by it that the right id would not find.
        """
        try:
            references = references_in(body)
            return next(filter(None, (self.stray_reference(*reference) for reference in references)), None)
        except RecursionError:
            return "what is nested too deep to be read"

    def stray_reference(self, alias: object, identifier: object) -> str | None:
        """Say which record beyond these a lenient server could find by a type and an id, both JSON values or ABSENT."""
        if _has_operator(identifier) or _has_operator(alias):
            return f"whatever {identifier!r:.80} selects"
        strays = (self.stray_id(kind, identifier) for kind in sorted(kinds_of(alias)))
        return next(filter(None, strays), None)

    def stray_id(self, kind: Kind, identifier: object) -> str | None:
        """Say which record of a kind beyond these a lenient server could find by an id, a JSON value."""
        own = self._own(kind)
        if isinstance(identifier, str) and identifier.lower() in own:
            return None
        if kind == "profile":
            if isinstance(identifier, str) and identifier in self._own("list"):
                return None  # The id of a profile is a UUID, so a number finds a list or nothing.
            for uuid in uuids_of(identifier):
                if uuid not in own and uuid[_VERSION_AT] in _VERSIONS:
                    return f"profile {uuid}"
        for reading, numbers in numbers_of(identifier).items():
            for number in numbers:
                if not (self._is_nobodys(kind, reading, number) or self._is_own(kind, reading, number)):
                    return f"{'record' if kind == 'other' else kind} {number} ({reading} of {identifier!r:.80})"
        return None

    def _is_nobodys(self, kind: Kind, reading: str, number: int) -> bool:
        if kind == "profile":
            # Compared as it is, zero equals every text that begins with a letter.
            is_compared = reading == NATIVE and number == 0
            return reading == CONTAINER or number >= ABSENT_NUMBER or (number <= 0 and not is_compared)
        return number <= 0 or number >= _END or (number >= _LEAST and number >= _FAR * self._largest)

    def _is_own(self, kind: Kind, reading: str, number: int) -> bool:
        own = self._own(kind)
        if kind != "profile" and (str(number) in own or number == ABSENT_NUMBER):
            return True
        return reading != NATIVE and self._read[kind].holds(reading, number)

    def _own(self, kind: Kind) -> Collection[str]:
        return self._known.get(kind, ())

    @cached_property
    def _known(self) -> Mapping[Kind, Collection[str]]:
        given = {"profile": self.profiles, "list": self.lists, "appointment": self.appointments}
        absent = {kind: (text,) for kind, text in self.absent.items()}
        return {kind: dict.fromkeys(map(str.lower, (*given[kind], *absent.get(kind, ())))) for kind in _NAMED}

    @cached_property
    def _read(self) -> Mapping[Kind, _ReadOnDemand]:
        return {kind: _ReadOnDemand(self._known.get(kind, ())) for kind in (*_NAMED, "other")}

    @cached_property
    def _largest(self) -> int:
        numbers = (one for one in (*self.appointments, *self.lists) if one.isascii() and one.isdecimal())
        return max(map(int, numbers), default=0)


def kinds_of(alias: object) -> frozenset[Kind]:
    """Return what a lenient server may take a type for: in any case, padded, as plural, in an array, or any word of it.

    A type without a word says nothing, and neither does one that is missing.
    """
    found: set[Kind] = set()
    for scalar in scalars_of(alias):
        found |= _kinds_of_text(scalar) if isinstance(scalar, str) else _ANY
    return frozenset(found or _ANY)


def _kinds_of_text(text: str) -> frozenset[Kind]:
    if text in _NAMED:
        return frozenset({text})
    words = re.findall(r"[^\W\d_]+", folded(text))
    named = {kind for kind in _NAMED for word in words if kind in word}
    others = [word for word in words if word.removesuffix("s") not in _NAMED]
    found: frozenset[Kind] = frozenset({*named, "other"} if others else named)
    return found or _ANY


def _has_operator(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_has_operator, value))
    if not isinstance(value, dict):
        return False
    return any(
        (name.strip().startswith("$") and name.strip() not in _EQUALITY) or _has_operator(member)
        for name, member in value.items()
    )


class _ReadOnDemand:
    """The numbers that the readings make of many ids; each id is read when no earlier one has the number asked for."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._left, self._seen = iter(ids), defaultdict[str, set[int]](set)

    def holds(self, reading: str, number: int) -> bool:
        """Say whether this reading makes this number of one of the ids."""
        while number not in self._seen[reading]:
            one = next(self._left, None)
            if one is None:
                return False
            for name, numbers in numbers_of(one).items():
                self._seen[name] |= numbers
        return True


def safe_segments(api: Api, fixture: str, records: Records) -> Mapping[str, str]:
    """Return those of `near_miss_segments` that lenient servers take for one of `records` or for nobody's, by name."""
    segments = near_miss_segments(api, fixture)
    if api != "omneo":
        return segments
    return {name: one for name, one in segments.items() if records.stray_id("appointment", unquote(one)) is None}
