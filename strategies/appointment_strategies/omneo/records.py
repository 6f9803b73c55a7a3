"""The records that an Omneo request may name: profiles, lists and appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from appointment_strategies import records as any_api
from appointment_strategies.omneo.near_misses import near_miss_segments
from appointment_strategies.records import RecordKind, Records

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILE, LIST, APPOINTMENT = "profile", "list", "appointment"
_NAMES: Final = (PROFILE, LIST, APPOINTMENT)


def records(
    *,
    appointments: tuple[str, ...] = (),
    profiles: tuple[str, ...] = (),
    lists: tuple[str, ...] = (),
    absent: Mapping[str, str] | None = None,
) -> Records:
    """Return the records that requests may name: the fixtures of one target, and its absent ids, by kind."""
    absent_ids = absent or {}
    return Records(
        (
            RecordKind(PROFILE, "uuid", profiles, absent_ids.get(PROFILE, "")),
            RecordKind(LIST, "number", lists, absent_ids.get(LIST, "")),
            RecordKind(APPOINTMENT, "number", appointments, absent_ids.get(APPOINTMENT, ""), is_named=False),
        )
    )


def kinds_of(alias: object) -> frozenset[str]:
    """Return the kinds that a lenient server may read from a type: in any case, padded, in the plural, in an array.

    Any other word means `other`. A type without a word, or a missing one, may mean any kind.
    """
    return any_api.kinds_of(alias, _NAMES)


def safe_segments(fixture: str, known: Records) -> Mapping[str, str]:
    """Return those `near_miss_segments` by which lenient servers find only one of `known` or no record, by name."""
    return any_api.safe_segments(near_miss_segments(fixture), APPOINTMENT, known)
