"""Fixtures: the records of a target that the suite may use up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

_SAME: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Fixtures:
    """What every API has: records that the operations act on, whatever the API calls them.

    Every id is text, as it stands in a path or a body. An API with records of other kinds has a class of its own, with
    a member for each more list of ids.
    """

    #: The member that holds the ids of each kind of record, by the kind's name in the singular.
    KINDS: ClassVar[Mapping[str, str]] = MappingProxyType({"appointment": "appointments"})

    appointments: tuple[str, ...]
    #: An id known not to exist, or None where the suite has to make one up.
    absent_appointment: str | None = None
    #: Records of another account, made for this, that the token must not reach.
    foreign_appointments: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], keys: Mapping[str, str] = _SAME) -> Self:
        """Build from the `fixtures` mapping of a targets file; numbers become text.

        `keys` has the key of each member that the file calls by another name.
        """
        given = {field.name: data.get(keys.get(field.name, field.name)) for field in fields(cls)}
        absent = given.pop("absent_appointment")
        ids: dict[str, Any] = {name: tuple(map(_text, values or ())) for name, values in given.items()}
        return cls(**ids, absent_appointment=None if absent is None else _text(absent))

    @property
    def usable(self) -> tuple[str, ...]:
        """The records that the operations may act on, in whatever state they are."""
        return self.appointments

    @property
    def id_lists(self) -> Mapping[str, tuple[str, ...]]:
        """Each list of ids by its member, in the order of the members."""
        members = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: ids for name, ids in members if isinstance(ids, tuple)}

    @property
    def other_records(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of records of other kinds by their member, written so that two spellings of one id are equal."""
        return {name: ids for kind, name in self.KINDS.items() if kind != "appointment" for ids in [self.of_kind(kind)]}

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the records of a kind, none where this API has no such kind."""
        return self.id_lists[self.KINDS[kind]] if kind in self.KINDS else ()

    def without(self, kind: str, name: str) -> Self:
        """Return the fixtures without one record of a kind."""
        if kind not in self.KINDS:
            return self
        kept: dict[str, Any] = {self.KINDS[kind]: tuple(found for found in self.of_kind(kind) if found != name)}
        return replace(self, **kept)

    def followed_by(self, given: Fixtures) -> Self:
        """Return these fixtures, made for a run, and after them those that the target was `given`."""
        joined: dict[str, Any] = {name: (*ids, *getattr(given, name, ())) for name, ids in self.id_lists.items()}
        return replace(self, **joined, absent_appointment=given.absent_appointment)

    def shortened_to(self, wanted: Fixtures) -> Self:
        """Return as many of each as `wanted` has, and the absent id only where that names one."""
        cut: dict[str, Any] = {name: ids[: len(getattr(wanted, name, ()))] for name, ids in self.id_lists.items()}
        return replace(self, **cut, absent_appointment=self.absent_appointment if wanted.absent_appointment else None)


def _text(value: Any) -> str:
    """An id as it stands in a path; to JSON Schema 204.0 is the integer 204."""
    return str(int(value)) if isinstance(value, float) else str(value)
