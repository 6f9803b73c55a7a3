"""The open questions: values for which the documents define no answer. Answers are recorded, never judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from hypothesis.errors import InvalidArgument

from appointment_strategies.digits import with_ascii_digits, with_foreign_digits
from appointment_strategies.json_texts import TOLERATED
from appointment_strategies.omneo.model import ALIASES, is_list_id, is_profile_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OpenOf = Literal["profile id", "list id", "type", "raw body"]

_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_UNGROUPED_UUID = re.compile(r"(?:urn:)?(?:uuid:)?\{?([0-9a-f-]+)\}?", re.ASCII | re.IGNORECASE)
_HEX_DIGITS = 32


@dataclass(frozen=True, slots=True)
class OpenValue:
    """A value that asks an open question: `make` derives it from a fixture, as a `NearMiss` of the same `of` does."""

    name: str
    of: OpenOf
    make: Callable[[str], object]


def open_values_of(of: OpenOf) -> tuple[OpenValue, ...]:
    """Return every open value of `of`, always in the same order.

    Raises InvalidArgument for an `of` that has none.
    """
    if of not in _TABLE:
        raise InvalidArgument(f"of={of!r} has no open values; expected one of {', '.join(map(repr, _TABLE))}")
    return tuple(OpenValue(name, of, make) for name, make in _TABLE[of].items())


def open_question(body: object) -> str | None:
    """Return the name of the open question that a parsed JSON body asks, or None if the documents define the answer."""
    if not isinstance(body, dict):
        return None
    alias, identifier = body.get("type"), body.get("id")
    if isinstance(alias, str) and alias not in ALIASES and alias.strip() in ALIASES:
        return "padded"
    if alias == "profile" and isinstance(identifier, str):
        return _profile_question(identifier)
    return _list_question(identifier) if alias == "list" else None


def _profile_question(text: str) -> str | None:
    if is_profile_id(text):
        return None if text == text.lower() else "upper-case"
    if is_profile_id(text.strip()):
        return "padded"
    ungrouped = _UNGROUPED_UUID.fullmatch(text.strip())
    if ungrouped is None or len(ungrouped[1].replace("-", "")) != _HEX_DIGITS:
        return None
    return "braced" if "{" in text else "unhyphenated"


def _list_question(value: object) -> str | None:
    if value is True or (isinstance(value, int | float) and value is not False):
        return "number"
    if not isinstance(value, str):
        return None
    if not value.isascii():
        return "other-script" if is_list_id(with_ascii_digits(value)) else None
    if value != value.strip():
        return "padded" if is_list_id(value.strip()) else None
    if value.startswith("+"):
        return "plus-sign" if is_list_id(value[1:]) else None
    return "leading-zeros" if is_list_id(value) and not _CANONICAL_INTEGER.fullmatch(value) else None


_TABLE: Final[Mapping[OpenOf, Mapping[str, Callable[[str], object]]]] = MappingProxyType(
    {
        "profile id": {
            "upper-case": str.upper,
            "padded": lambda profile: f" {profile} ",
            "unhyphenated": lambda profile: profile.replace("-", ""),
            "braced": lambda profile: f"{{{profile}}}",
        },
        "list id": {
            "number": int,
            "padded": lambda number: f" {number} ",
            "plus-sign": lambda number: f"+{number}",
            "leading-zeros": lambda number: number.zfill(len(number) + 2),
            "other-script": with_foreign_digits,
        },
        "type": {"padded": lambda alias: f" {alias} "},
        "raw body": TOLERATED,
    },
)
