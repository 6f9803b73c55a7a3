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
    """Return the fixtures of one target, and the ids that it calls absent, by kind: the records that may be named."""
    none = absent or {}
    return Records(
        (
            RecordKind(PROFILE, "uuid", profiles, none.get(PROFILE, "")),
            RecordKind(LIST, "number", lists, none.get(LIST, "")),
            RecordKind(APPOINTMENT, "number", appointments, none.get(APPOINTMENT, ""), is_named=False),
        )
    )


def kinds_of(alias: object) -> frozenset[str]:
    """Return what a lenient server may take a type for: in any case, padded, as plural, in an array, or any word of it.

    A type without a word says nothing, and neither does one that is missing.
    """
    return any_api.kinds_of(alias, _NAMES)


def safe_segments(fixture: str, known: Records) -> Mapping[str, str]:
    """Return those of `near_miss_segments` that lenient servers take for one of `known` or for nobody's, by name."""
    return any_api.safe_segments(near_miss_segments(fixture), APPOINTMENT, known)
