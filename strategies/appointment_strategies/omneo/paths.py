"""Path segments near a fixture appointment's number: how each is made, and how one is recognised."""

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

#: The digits of a number whose neighbour in floating point is a multiple of 2**64.
_BEYOND_DIGITS: Final = 37
#: Where numbers have more digits, even the first 18 of a longer one may be somebody's.
_LONG_NUMBER: Final = 14
_CUT: Final = 18


def derived_from(segment: str, fixtures: Iterable[str]) -> str | None:
    """Return the fixture that a raw path segment is a near miss of, or None.

    It guarantees that the segment is no possible id itself, and that a server which casts, trims, decodes twice,
    folds accents or matches by pattern can reach only that fixture.
    """
    return near_misses.derived_from(unquote(segment), fixtures, breaks=breaks_appointment_id, is_near=_is_near_number)


def beyond_64_bits(number: str) -> str:
    """Return a number beyond 64 bits that wraps to `number`.

    Cut short it is the number that is nobody's, or begins as a long `number` does; rounded as floating point does it
    wraps to zero.
    """
    least = int(_beginning(number).ljust(_BEYOND_DIGITS, "0"))
    return str(least + (int(number) - least) % 2**64)


def _beginning(number: str) -> str:
    if len(number) <= _LONG_NUMBER:
        return str(ABSENT_NUMBER)
    # The last digit leaves room for what is added.
    return number if len(number) >= _CUT else f"{number[:10].ljust(_CUT - 1, '9')}0"


def _is_near_number(text: str, fixture: str) -> bool:
    # A letter e would make an exponent of what follows, and the cast value another appointment's number.
    followed = re.fullmatch(rf"{re.escape(fixture)}[a-df-z][a-z]*", text, re.ASCII | re.IGNORECASE)
    # To base 16 a letter up to f would make another number of the digits after it.
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
