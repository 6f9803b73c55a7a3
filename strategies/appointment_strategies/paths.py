"""Path segments near a fixture appointment's id: how each is made, and how a guard recognises one."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from appointment_strategies.model import ABSENT_NUMBER, Api, breaks_appointment_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PREFIX: Final = "apt_"
#: How much a very long id is longer than a fixture's, at least and at most: more than any id, and little enough for
#: servers that hold a request's path twice, beside its headers, in 4096 bytes (uWSGI): they close where it is more.
VERY_LONG: Final = 1100
LONGEST: Final = 1500
#: The digits of a number whose neighbour in floating point is a multiple of 2**64.
_BEYOND_DIGITS: Final = 37
#: Where numbers have more digits, even the first 18 of a longer one may be somebody's.
_LONG_NUMBER: Final = 14
_CUT: Final = 18
_ACUTE, _DOT_ABOVE = "\u0301", "\u0307"


def derived_from(api: Api, segment: str, fixtures: Iterable[str]) -> str | None:
    """Return the fixture that a raw path segment is a near miss of, or None.

    It guarantees that the segment is no possible id itself, and that a server which casts, trims, decodes twice,
    folds accents or matches by pattern can reach only that fixture.
    """
    text = unquote(segment)
    if "/" in text or "\ufffd" in text or not breaks_appointment_id(api, text):
        return None
    is_near = _is_near_number if api == "omneo" else _is_near_id
    return next((fixture for fixture in fixtures if is_near(text, fixture)), None)


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


def without_prefix(fixture: str) -> str:
    """Return a MijnKlantportaal id without `apt_`.

    The underscore stays in front of anything but a letter, since a server that casts text to a number would look up a
    numbered record that is no fixture, and in front of what is an id again, perhaps somebody else's.
    """
    bare = fixture.removeprefix(PREFIX)
    return bare if bare[:1].isalpha() and not bare.lower().startswith(PREFIX) else f"_{bare}"


def accented(fixture: str) -> tuple[str, ...]:
    """Return every spelling of a MijnKlantportaal id with one letter after `apt_` accented, or with an accent added.

    A server that compares without accents reads each as the id itself.
    """
    spellings = tuple(
        f"{fixture[:place]}{letter}{fixture[place + 1 :]}"
        for place in range(len(PREFIX), len(fixture))
        if (letter := _with_accent(fixture[place])) is not None
    )
    return spellings or (f"{fixture}{_ACUTE}",)


def double_encoded(fixture: str, place: int) -> str:
    """Return the raw segment in which the character at `place` is percent-encoded twice."""
    return f"{fixture[:place]}%25{ord(fixture[place]):02X}{fixture[place + 1 :]}"


def _with_accent(letter: str) -> str | None:
    marked = (unicodedata.normalize("NFC", letter + mark) for mark in (_ACUTE, _DOT_ABOVE))
    return next((char for char in marked if len(char) == 1), None)


def _is_near_number(text: str, fixture: str) -> bool:
    # A letter e would make an exponent of what follows, and the cast value another appointment's number.
    followed = re.fullmatch(rf"{re.escape(fixture)}[a-df-z][a-z]*", text, re.ASCII | re.IGNORECASE)
    # To base 16 a letter up to f would make another number of the digits after it.
    preceded = re.fullmatch(rf"[g-z]+{re.escape(fixture)}", text, re.ASCII | re.IGNORECASE)
    if followed or preceded or text in {f"-{fixture}", "0"}:
        return True
    return re.fullmatch(r"[1-9][0-9]{19,40}", text, re.ASCII) is not None and int(text) % 2**64 == int(fixture)


def _is_near_id(text: str, fixture: str) -> bool:
    tails = {fixture[dropped:] for dropped in range(1, len(PREFIX))} | {without_prefix(fixture)}
    return (
        text in tails
        or re.fullmatch(rf"[g-z]+{re.escape(fixture)}", text, re.ASCII | re.IGNORECASE) is not None
        or unquote(text) == fixture
        or _without_accents(text) == fixture
        or (text.startswith(fixture) and _ends_the_id(text[len(fixture) :]))
    )


def _ends_the_id(rest: str) -> bool:
    # What follows the fixture's id either cannot belong to an id, or makes it longer than any id.
    return re.match(r"[0-9A-Za-z._~-]", rest) is None or len(rest) > 2**10


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


OMNEO: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "letters-after": lambda number: f"{number}xyz",
        "letters-before": lambda number: f"x{number}",
        "huge": beyond_64_bits,
        "zero": lambda _: "0",
        "negative": lambda number: f"-{number}",
    },
)
MIJNKLANTPORTAAL: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "wildcard-percent": lambda fixture: f"{fixture}%25",
        "without-prefix": without_prefix,
        "front-short": lambda fixture: fixture[1:],
        "letters-before": lambda fixture: f"x{fixture}",
        "quote": lambda fixture: f"{fixture}%27",
        "non-ascii": lambda fixture: quote(accented(fixture)[0]),
        "double-encoded": lambda fixture: double_encoded(fixture, len(PREFIX)),
        "wildcard-star": lambda fixture: f"{fixture}*",
        "very-long": lambda fixture: fixture + "x" * VERY_LONG,
    },
)
