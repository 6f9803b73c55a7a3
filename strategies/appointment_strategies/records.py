"""Whose record a lenient server would find: the rule that decides if a body, or an id in a path, may be sent."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

from appointment_strategies.lenient_bodies import references_in
from appointment_strategies.readings import CONTAINER, NATIVE, folded, numbers_of, scalars_of, uuids_of
from appointment_strategies.values import ABSENT_NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

#: What the records of a kind have for ids: UUIDs, or numbers that are counted up.
Form = Literal["uuid", "number"]
#: Records of any table that the API does not speak of; their ids are taken for numbers.
OTHER: Final = "other"

#: No column of signed 32 bits holds this, and no first group of a UUID, read as a number, comes to it.
_LEAST: Final = 2**31
#: How many times larger than every number of a fixture a number is that no counter has come to.
_FAR: Final = 1000
_END: Final = 2**63
#: Operators of queries in JSON that ask for equality; any other finds other records.
_EQUALITY: Final = frozenset({"$eq", "$in"})
#: The digits in the place of a UUID's version that a generator writes.
_VERSIONS: Final = "12345678"
_VERSION_AT: Final = 14


@dataclass(frozen=True, slots=True)
class RecordKind:
    """The records of one kind that may be named: the fixtures, and the id that no record has."""

    #: The word by which a type names the kind, in lower case.
    name: str
    form: Form
    ids: tuple[str, ...] = ()
    #: An id that no record of the kind has, empty without one.
    absent: str = ""
    #: Whether a valid body may name records of the kind.
    is_named: bool = True


@dataclass(frozen=True)
class Records:
    """The records that may be named: the fixtures of one target, and the ids that it calls absent, kind by kind."""

    kinds: tuple[RecordKind, ...]

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
        strays = (self.stray_id(kind, identifier) for kind in sorted(kinds_of(alias, self._names)))
        return next(filter(None, strays), None)

    def stray_id(self, kind: str, identifier: object) -> str | None:
        """Say which record of a kind beyond these a lenient server could find by an id, a JSON value."""
        own = self._own(kind)
        if isinstance(identifier, str) and identifier.lower() in own:
            return None
        if self._is_uuid(kind):
            if isinstance(identifier, str) and identifier in self._named_numbers:
                return None  # The ids of this kind are UUIDs, so a number finds a record of another kind or nothing.
            for uuid in uuids_of(identifier):
                if uuid not in own and uuid[_VERSION_AT] in _VERSIONS:
                    return f"{kind} {uuid}"
        for reading, numbers in numbers_of(identifier).items():
            for number in numbers:
                if not (self._is_nobodys(kind, reading, number) or self._is_own(kind, reading, number)):
                    return f"{'record' if kind == OTHER else kind} {number} ({reading} of {identifier!r:.80})"
        return None

    def _is_nobodys(self, kind: str, reading: str, number: int) -> bool:
        if self._is_uuid(kind):
            # Compared as it is, zero equals every text that begins with a letter.
            is_compared = reading == NATIVE and number == 0
            return reading == CONTAINER or number >= ABSENT_NUMBER or (number <= 0 and not is_compared)
        return number <= 0 or number >= _END or (number >= _LEAST and number >= _FAR * self._largest)

    def _is_own(self, kind: str, reading: str, number: int) -> bool:
        own = self._own(kind)
        if not self._is_uuid(kind) and (str(number) in own or number == ABSENT_NUMBER):
            return True
        return reading != NATIVE and self._read[kind].holds(reading, number)

    def _own(self, kind: str) -> Collection[str]:
        return self._known.get(kind, ())

    def _is_uuid(self, kind: str) -> bool:
        return self._forms.get(kind) == "uuid"

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(kind.name for kind in self.kinds)

    @cached_property
    def _forms(self) -> Mapping[str, Form]:
        return {kind.name: kind.form for kind in self.kinds}

    @cached_property
    def _known(self) -> Mapping[str, Collection[str]]:
        given = {kind.name: (*kind.ids, *([kind.absent] if kind.absent else [])) for kind in self.kinds}
        return {name: dict.fromkeys(map(str.lower, ids)) for name, ids in given.items()}

    @cached_property
    def _named_numbers(self) -> Collection[str]:
        """The numbers of records that a valid body may name."""
        named = (kind.name for kind in self.kinds if kind.form == "number" and kind.is_named)
        return {text for name in named for text in self._own(name)}

    @cached_property
    def _read(self) -> Mapping[str, _ReadOnDemand]:
        return {name: _ReadOnDemand(self._known.get(name, ())) for name in (*self._names, OTHER)}

    @cached_property
    def _largest(self) -> int:
        ids = (text for kind in self.kinds if kind.form == "number" for text in kind.ids)
        return max((int(text) for text in ids if text.isascii() and text.isdecimal()), default=0)


def kinds_of(alias: object, names: Collection[str]) -> frozenset[str]:
    """Return what a lenient server may take a type for, `names` being the words of the kinds that the API has.

    A word is found in any case, padded, as plural, in an array, or among others; any other word means `other`. A type
    without a word says nothing, and neither does one that is missing: a server may take it for any of `names`.
    """
    found: set[str] = set()
    for scalar in scalars_of(alias):
        found |= _kinds_of_text(scalar, names) if isinstance(scalar, str) else frozenset(names)
    return frozenset(found or names)


def _kinds_of_text(text: str, names: Collection[str]) -> frozenset[str]:
    if text in names:
        return frozenset({text})
    words = re.findall(r"[^\W\d_]+", folded(text))
    named = {kind for kind in names for word in words if kind in word}
    others = [word for word in words if word.removesuffix("s") not in names]
    found = frozenset({*named, OTHER} if others else named)
    return found or frozenset(names)


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


def safe_segments(segments: Mapping[str, str], kind: str, records: Records) -> Mapping[str, str]:
    """Return those of some raw path segments that lenient servers take for one of `records` or for nobody's, by name.

    `kind` is what the path names.
    """
    return {name: text for name, text in segments.items() if records.stray_id(kind, unquote(text)) is None}
