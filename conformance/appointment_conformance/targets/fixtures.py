"""Fixtures: the records of a target that the suite may use up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

_SAME: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Fixtures:
    """The fixtures that every API has: the records that its operations act on, whatever the API calls them.

    Every id is text, as it is written in a path or a body. An API with records of other kinds has a subclass with a
    member for each further list of ids.
    """

    #: Singular name of each kind of record -> the member that holds its ids.
    KINDS: ClassVar[Mapping[str, str]] = MappingProxyType({"appointment": "appointments"})

    appointments: tuple[str, ...]
    #: An id that is known not to exist; if None, the suite makes one up.
    absent_appointment: str | None = None
    #: Records of another account, made for this purpose, that the token must not access.
    foreign_appointments: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], keys: Mapping[str, str] = _SAME) -> Self:
        """Build from the `fixtures` mapping of a targets file; numbers become text.

        `keys` maps each member to its key in the file, if that has another name.
        """
        given = {field.name: data.get(keys.get(field.name, field.name)) for field in fields(cls)}
        absent = given.pop("absent_appointment")
        ids: dict[str, Any] = {name: tuple(map(_text, values or ())) for name, values in given.items()}
        return cls(**ids, absent_appointment=None if absent is None else _text(absent))

    @property
    def usable(self) -> tuple[str, ...]:
        """The ids of the records that the operations may act on, in any state."""
        return self.appointments

    @property
    def id_lists(self) -> Mapping[str, tuple[str, ...]]:
        """Member name -> list of ids, in the order of the members."""
        members = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: ids for name, ids in members if isinstance(ids, tuple)}

    @property
    def other_records(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the records of other kinds by their member, normalised so that two spellings of one id are equal."""
        return {name: ids for kind, name in self.KINDS.items() if kind != "appointment" for ids in [self.of_kind(kind)]}

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the records of a kind; empty if this API has no such kind."""
        return self.id_lists[self.KINDS[kind]] if kind in self.KINDS else ()

    def without(self, kind: str, name: str) -> Self:
        """Return the fixtures without one record of a kind."""
        if kind not in self.KINDS:
            return self
        kept: dict[str, Any] = {self.KINDS[kind]: tuple(known for known in self.of_kind(kind) if known != name)}
        return replace(self, **kept)

    def followed_by(self, given: Fixtures) -> Self:
        """Return these fixtures, which were made for a run, followed by the ones `given` in the targets file."""
        joined: dict[str, Any] = {name: (*ids, *getattr(given, name, ())) for name, ids in self.id_lists.items()}
        return replace(self, **joined, absent_appointment=given.absent_appointment)

    def shortened_to(self, wanted: Fixtures) -> Self:
        """Return as many ids of each kind as `wanted` has, and the absent id only if `wanted` has one."""
        cut: dict[str, Any] = {name: ids[: len(getattr(wanted, name, ()))] for name, ids in self.id_lists.items()}
        return replace(self, **cut, absent_appointment=self.absent_appointment if wanted.absent_appointment else None)


def _text(value: Any) -> str:
    """Return an id as it is written in a path; JSON Schema treats 204.0 as the integer 204."""
    return str(int(value)) if isinstance(value, float) else str(value)
