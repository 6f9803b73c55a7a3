"""The sample answer of Omneo's link page: its members, and their types where the vendor's own client has the same.

Source: Link Appointment, response sample; Omneo SDK, types of the appointment and of its definition, both versions.
Where these differ (`meta`, `is_closed`, the ids of links and of the profiles shown) nothing is held. Null is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from appointment_conformance.traffic.answer import id_text
from appointment_strategies.omneo import is_list_id, is_profile_id

_TEXTS: Final = (
    "profile_id assigned_staff_id status scheduled_start_at scheduled_end_at timezone approved_at confirmed_at"
    " cancelled_at arrived_at completed_at no_show_at rejected_at approved_by cancelled_by rejected_by notes"
    " created_at updated_at"
)
_FLAGS: Final = (
    "is_published is_archived allow_customer_booking allow_walk_in requires_staff customer_must_select_staff"
    " use_staff_from_location allow_waitlist allow_queue has_booking_questionnaire"
)
_AMOUNTS: Final = " ".join(
    (
        "duration_minutes buffer_before_minutes buffer_after_minutes min_lead_minutes slot_interval_minutes",
        "max_advance_days max_concurrent_bookings",
        *(
            f"notify_{event}_offset_{unit}"
            for event in ("created", "confirmed", "cancelled", "rejected", "reminder")
            for unit in ("days", "hours")
        ),
    )
)
_TARGETS: Final = "created_target_id confirmed_target_id cancelled_target_id rejected_target_id reminder_target_id"
#: Place below `data`, each part with a dot after it and `[]` for every entry -> type -> members.
_AGREED: Final[dict[str, dict[str, str]]] = {
    "": {
        "integer": "id appointment_definition_id location_id transaction_id order_id",
        "string": _TEXTS,
        "object": "appointment_definition profile location assigned_staff transaction order",
        "array": "answers",
    },
    "appointment_definition.": {
        "integer": f"id {_TARGETS}",
        "number": _AMOUNTS,
        "boolean": _FLAGS,
        "string": "handle name description booking_type created_at updated_at",
        "array": "normal_hours special_hours staff",
    },
    "appointment_definition.normal_hours[].": {
        "integer": "id appointment_definition_id",
        "string": "day_of_week available_from available_until created_at updated_at",
    },
    "appointment_definition.special_hours[].": {
        "integer": "id appointment_definition_id",
        "boolean": "is_repeating",
        "string": "name available_from available_until start_at end_at created_at updated_at",
    },
    "appointment_definition.staff[].": {
        "integer": "id appointment_definition_id",
        "boolean": "is_active",
        "string": "staff_id created_at updated_at",
    },
    "profile.": {"string": "first_name last_name email"},
    "location.": {"integer": "id", "string": "name handle timezone"},
    "assigned_staff.": {"string": "first_name last_name email"},
    "transaction.": {"integer": "id", "number": "total", "string": "external_id receipt_ref status"},
    "order.": {"integer": "id", "number": "total", "string": "external_id receipt_ref order_number status"},
    "answers[].": {
        "integer": "id questionnaire_question_id question_id question_version_id",
        "string": "mapping_key question_label question_type mapping_status created_at updated_at question_handle",
    },
    "links[].profile.": {"string": "first_name last_name email"},
}
TYPES: Final = MappingProxyType(
    {
        f"{place}{name}": kind
        for place, kinds in _AGREED.items()
        for kind, names in kinds.items()
        for name in names.split()
    }
)
#: The members of an appointment and of each of its links in the sample.
APPOINTMENT: Final = (*(path for path in TYPES if "." not in path), "meta", "links")
#: Members of an appointment that are records, each with its id in a member beside it.
RECORDS: Final = ("appointment_definition", "profile", "location", "assigned_staff", "transaction", "order")
LINK: Final = ("id", "type", "target_id", "profile", "linkable")

_HAS_TYPE: Final[dict[str, Callable[[Any], bool]]] = {
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": lambda value: _is_number(value),  # noqa: PLW0108 - it stands further down
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


@dataclass(frozen=True, slots=True)
class Mistyped:
    """A member at `path` whose value is not of the `type` of the sample."""

    path: str
    value: object
    type: str


def mistyped(appointment: dict[str, Any]) -> list[Mistyped]:
    """Return the members of another type than the sample's.

    A container without members may be of either kind: PHP writes one that is empty as an array.
    """
    return [
        Mistyped(path, value, kind)
        for path, kind in TYPES.items()
        for value in values_at(appointment, path)
        if value is not None and not _HAS_TYPE[kind](value) and not (kind in {"object", "array"} and not value)
    ]


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the members of the sample that both answers have and that differ, save when the record was changed.

    Entries of lists are left out, and so is what is within a record that one of them does not carry. A time is the same
    in any notation, and an id as a number or a text.
    """
    return [
        path
        for path, kind in TYPES.items()
        if kind not in {"object", "array"} and "[]" not in path and not path.endswith("updated_at")
        for left in values_at(one, path)
        for right in values_at(other, path)
        if not _agree(left, right)
    ]


def record_id(record: object) -> object:
    """Return the id that a record shows, None where it shows none."""
    return record.get("id") if isinstance(record, dict) else None


def are_comparable(one: object, other: object) -> bool:
    """Whether two ids are of one form: the number of a row says nothing about a UUID."""
    texts = [id_text(value) for value in (one, other) if isinstance(value, str | int | float) and value != ""]
    return len(texts) == len((one, other)) and (all(map(is_list_id, texts)) or all(map(is_profile_id, texts)))


def same(one: object, other: object) -> bool:
    """Whether two ids are one, as text and in any case."""
    return id_text(one).lower() == id_text(other).lower()


def values_at(data: Any, path: str) -> Iterator[Any]:
    """Yield what stands at a place, every entry of a list; nothing where it is not there."""
    name, _, rest = path.partition(".")
    if not isinstance(data, dict) or name.removesuffix("[]") not in data:
        return
    found = data[name.removesuffix("[]")]
    entries = (found if isinstance(found, list) else []) if name.endswith("[]") else [found]
    for entry in entries:
        yield from values_at(entry, rest) if rest else (entry,)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _agree(one: object, other: object) -> bool:
    if one == other or id_text(one) == id_text(other) or (one in (None, "") and other in (None, "")):
        return True
    moments = _moment(one), _moment(other)
    if None in moments:
        return False
    first, second = (moment.replace(microsecond=0) for moment in moments if moment)
    if first.tzinfo and second.tzinfo:
        return first == second
    return first.replace(tzinfo=None) == second.replace(tzinfo=None)


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
