"""Near misses of a fixture appointment's number in a path: how each is derived, and how one is recognised."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from appointment_strategies import near_misses
from appointment_strategies.omneo.model import breaks_appointment_id
from appointment_strategies.values import ABSENT_NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: So many digits that the nearest number in floating point is a multiple of 2**64.
_BEYOND_DIGITS: Final = 37
#: If fixtures have more digits than this, even the first 18 digits of a longer number may be another record's number.
_MAX_PLAIN_DIGITS: Final = 14
_CUT: Final = 18


def derived_from(segment: str, fixtures: Iterable[str]) -> str | None:
    """Return the fixture that a raw path segment is a near miss of, or None.

    If a fixture is returned, the segment cannot be an id itself, and a server that casts, trims, decodes twice, folds
    accents or matches by pattern can find only that fixture by it.
    """
    return near_misses.derived_from(unquote(segment), fixtures, breaks=breaks_appointment_id, is_near=_is_near_number)


def beyond_64_bits(number: str) -> str:
    """Return a number beyond 64 bits that wraps to `number`.

    If a server cuts it, the result is the number that no record has, or it begins as a long `number` does. If a server
    reads it as floating point, it wraps to zero.
    """
    minimum = int(_beginning(number).ljust(_BEYOND_DIGITS, "0"))
    return str(minimum + (int(number) - minimum) % 2**64)


def _beginning(number: str) -> str:
    if len(number) <= _MAX_PLAIN_DIGITS:
        return str(ABSENT_NUMBER)
    # The last digit is 0, so that adding less than 2**64 does not change the digits before it.
    return number if len(number) >= _CUT else f"{number[:10].ljust(_CUT - 1, '9')}0"


def _is_near_number(text: str, fixture: str) -> bool:
    # A letter e would begin an exponent, so a cast would give another appointment's number.
    followed = re.fullmatch(rf"{re.escape(fixture)}[a-df-z][a-z]*", text, re.ASCII | re.IGNORECASE)
    # In base 16 a letter up to f and the digits after it would be another number.
    preceded = re.fullmatch(rf"[g-z]+{re.escape(fixture)}", text, re.ASCII | re.IGNORECASE)
    if followed or preceded or text in {f"-{fixture}", "0"}:
        return True
    return re.fullmatch(r"[1-9][0-9]{19,40}", text, re.ASCII) is not None and int(text) % 2**64 == int(fixture)


SEGMENTS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "letters-after": lambda number: f"{number}xyz",
        "letters-before": lambda number: f"x{number}",
        "huge": beyond_64_bits,
        "zero": lambda _: "0",
        "negative": lambda number: f"-{number}",
    },
)
