"""Which records a lenient server would find: the rule that decides if a body, or an id in a path, may be sent."""

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

#: The form of the ids of a kind: UUIDs, or numbers that are counted up.
Form = Literal["uuid", "number"]
#: Records of any table that the API does not mention; their ids count as numbers.
OTHER: Final = "other"

#: Larger than any number in a column of signed 32 bits, and than the first group of a UUID read as a number.
_MIN_UNUSED: Final = 2**31
#: A number that is so many times larger than every number of a fixture has not been reached by a counter.
_UNUSED_FACTOR: Final = 1000
_INT64_END: Final = 2**63
#: The operators of JSON queries that test for equality; any other operator finds other records.
_EQUALITY: Final = frozenset({"$eq", "$in"})
#: The version digits that generators write into UUIDs.
_VERSIONS: Final = "12345678"
_VERSION_INDEX: Final = 14


@dataclass(frozen=True, slots=True)
class RecordKind:
    """The records of one kind that a request may name: the fixtures, and the id that no record has."""

    #: The word for the kind in a type, in lower case.
    name: str
    form: Form
    ids: tuple[str, ...] = ()
    #: An id that no record of the kind has; empty if there is none.
    absent: str = ""
    #: Whether a valid body may name records of the kind.
    is_named: bool = True


@dataclass(frozen=True)
class Records:
    """The records that requests may name: the fixtures of one target, and its absent ids, kind by kind."""

    kinds: tuple[RecordKind, ...]

    def stray(self, body: bytes) -> str | None:
        """Return which other record a lenient server could find by a body, in words; None if it finds no other one.

        A lenient server accepts any word as a type, and reads an id in any of the ways of `readings`. Each reading must
        find one of these records, or no record. A reading may also find the number that the same reading finds in a
        right id: a server that reads ids in this way finds no more by the wrong id than by the right one.
        """
        try:
            references = references_in(body)
            return next(filter(None, (self.stray_reference(*reference) for reference in references)), None)
        except RecursionError:
            return "a value that is nested too deep to be read"

    def stray_reference(self, alias: object, identifier: object) -> str | None:
        """Return which other record a lenient server could find by a type and an id, both JSON values or ABSENT."""
        if _has_operator(identifier) or _has_operator(alias):
            return f"any record that {identifier!r:.80} selects"
        strays = (self.stray_id(kind, identifier) for kind in sorted(kinds_of(alias, self._names)))
        return next(filter(None, strays), None)

    def stray_id(self, kind: str, identifier: object) -> str | None:
        """Return which other record of a kind a lenient server could find by an id, a JSON value."""
        own = self._own(kind)
        if isinstance(identifier, str) and identifier.lower() in own:
            return None
        if self._is_uuid(kind):
            if isinstance(identifier, str) and identifier in self._named_numbers:
                return None  # The ids of this kind are UUIDs, so a number finds a record of another kind or none.
            for uuid in uuids_of(identifier):
                if uuid not in own and uuid[_VERSION_INDEX] in _VERSIONS:
                    return f"{kind} {uuid}"
        for reading, numbers in numbers_of(identifier).items():
            for number in numbers:
                if not (self._is_unused(kind, reading, number) or self._is_own(kind, reading, number)):
                    return f"{'record' if kind == OTHER else kind} {number} ({reading} of {identifier!r:.80})"
        return None

    def _is_unused(self, kind: str, reading: str, number: int) -> bool:
        if self._is_uuid(kind):
            # If it is compared unchanged, zero equals every text that begins with a letter.
            is_compared = reading == NATIVE and number == 0
            return reading == CONTAINER or number >= ABSENT_NUMBER or (number <= 0 and not is_compared)
        is_unreached = number >= _MIN_UNUSED and number >= _UNUSED_FACTOR * self._largest
        return number <= 0 or number >= _INT64_END or is_unreached

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
        ids_by_kind = {kind.name: (*kind.ids, *([kind.absent] if kind.absent else [])) for kind in self.kinds}
        return {name: dict.fromkeys(map(str.lower, ids)) for name, ids in ids_by_kind.items()}

    @cached_property
    def _named_numbers(self) -> Collection[str]:
        """The numbers of the records that a valid body may name."""
        names = (kind.name for kind in self.kinds if kind.form == "number" and kind.is_named)
        return {text for name in names for text in self._own(name)}

    @cached_property
    def _read(self) -> Mapping[str, _ReadOnDemand]:
        return {name: _ReadOnDemand(self._known.get(name, ())) for name in (*self._names, OTHER)}

    @cached_property
    def _largest(self) -> int:
        ids = (text for kind in self.kinds if kind.form == "number" for text in kind.ids)
        return max((int(text) for text in ids if text.isascii() and text.isdecimal()), default=0)


def kinds_of(alias: object, names: Collection[str]) -> frozenset[str]:
    """Return the kinds that a lenient server may read from a type; `names` are the words for the API's kinds.

    A word is found in any case, padded, in the plural, in an array, or among other words; any other word means `other`.
    A type without a word, or a missing one, may mean any of `names`.
    """
    kinds: set[str] = set()
    for scalar in scalars_of(alias):
        kinds |= _kinds_of_text(scalar, names) if isinstance(scalar, str) else frozenset(names)
    return frozenset(kinds or names)


def _kinds_of_text(text: str, names: Collection[str]) -> frozenset[str]:
    if text in names:
        return frozenset({text})
    words = re.findall(r"[^\W\d_]+", folded(text))
    named = {kind for kind in names for word in words if kind in word}
    others = [word for word in words if word.removesuffix("s") not in names]
    kinds = frozenset({*named, OTHER} if others else named)
    return kinds or frozenset(names)


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
    """The numbers that the readings find in many ids; an id is read only if no earlier one has the wanted number."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._unread, self._seen = iter(ids), defaultdict[str, set[int]](set)

    def holds(self, reading: str, number: int) -> bool:
        """Return whether this reading finds this number in one of the ids."""
        while number not in self._seen[reading]:
            identifier = next(self._unread, None)
            if identifier is None:
                return False
            for name, numbers in numbers_of(identifier).items():
                self._seen[name] |= numbers
        return True


def safe_segments(segments: Mapping[str, str], kind: str, records: Records) -> Mapping[str, str]:
    """Return those raw path segments by which lenient servers find only one of `records` or no record, by name.

    `kind` is the kind of record that the path names.
    """
    return {name: text for name, text in segments.items() if records.stray_id(kind, unquote(text)) is None}
