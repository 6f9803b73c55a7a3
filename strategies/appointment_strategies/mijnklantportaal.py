"""MijnKlantportaal: its ids, near misses of them in a path, and strategies for both."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote, unquote

from hypothesis import strategies as st

from appointment_strategies import near_misses as any_api
from appointment_strategies.absent_ids import without
from appointment_strategies.near_misses import NearMiss, families, family, family_of
from appointment_strategies.varieties import FOREWORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from appointment_strategies.near_misses import Family

__all__ = [
    "Of",
    "absent_appointment_ids",
    "appointment_ids",
    "breaks_appointment_id",
    "derived_from",
    "near_miss_segments",
    "near_misses",
    "near_misses_of",
]

Of = Literal["mijnklantportaal path"]
PREFIX: Final = "apt_"
#: How many characters a very long id adds to a fixture's: it must be longer than any id, but not too long for servers
#: that keep a request's path twice, and its headers, in 4096 bytes (uWSGI), and close the connection otherwise.
MIN_EXTRA_LENGTH: Final = 1100
MAX_EXTRA_LENGTH: Final = 1500
_ACUTE, _DOT_ABOVE = "\u0301", "\u0307"
_ID_IN_PATH = re.compile(r"apt_[0-9A-Za-z._~-]{1,251}", re.ASCII)
_LETTERS_AND_DIGITS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_SUFFIX_LENGTHS: Final = (9, 14)


def breaks_appointment_id(text: str) -> bool:
    """Return whether decoded path text cannot be an appointment id.

    The vendor states only the prefix `apt_`. The model allows only characters that need no escape in a path, and at
    most 255 characters.
    """
    return _ID_IN_PATH.fullmatch(text) is None


def appointment_ids() -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids, as path text.

    A server may have an appointment with such an id. Use the ids of fixtures for a request that may succeed, and
    `absent_appointment_ids` for one that must not.
    """
    min_length, max_length = _SUFFIX_LENGTHS
    return st.text(_LETTERS_AND_DIGITS, min_size=min_length, max_size=max_length).map("apt_{}".format)


def absent_appointment_ids(*, excluding: Collection[str] = ()) -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids that no server has, without those in `excluding`.

    They are longer than any id that the vendor creates. Raises InvalidArgument if `excluding` is text.
    """
    ids = st.text(_LETTERS_AND_DIGITS, min_size=24, max_size=32).map("apt_absent{}".format)
    return without(ids, excluding)


def near_misses_of(of: Of) -> tuple[NearMiss, ...]:
    """Return every class of near misses of `of`, the most valuable first, always in the same order.

    Each class derives its value from an appointment id. Raises InvalidArgument for an `of` without near misses.
    """
    return family_of(of, FAMILIES).classes


@st.composite
def near_misses(
    draw: st.DrawFn, of: Of, *, fixtures: st.SearchStrategy[str], names: Collection[str] | None = None
) -> tuple[str, object]:
    """Draw the name of a class of near misses and one of its values, derived from one of `fixtures`.

    `names` restricts the classes. Shrinks to the first class with a single value. Raises InvalidArgument for an unknown
    `of` or name, or an invalid fixture.
    """
    return any_api.drawn(draw, family_of(of, FAMILIES), fixtures, names)


def near_miss_segments(fixture: str) -> Mapping[str, str]:
    """Return the raw path segment of every near miss of a fixture appointment's id, by class name."""
    return FAMILIES["mijnklantportaal path"].segments(fixture)


def derived_from(segment: str, fixtures: Iterable[str]) -> str | None:
    """Return the fixture that a raw path segment is a near miss of, or None.

    If a fixture is returned, the segment cannot be an id itself, and a server that casts, trims, decodes twice, folds
    accents or matches by pattern can find only that fixture by it.
    """
    return any_api.derived_from(unquote(segment), fixtures, breaks=breaks_appointment_id, is_near=_is_near_id)


def without_prefix(fixture: str) -> str:
    """Return an id without `apt_`.

    The underscore stays if no letter follows, because a server that casts text to a number would look up a numbered
    record that is not a fixture. It also stays if the rest is an id again, because that may be another record's.
    """
    bare = fixture.removeprefix(PREFIX)
    return bare if bare[:1].isalpha() and not bare.lower().startswith(PREFIX) else f"_{bare}"


def accented(fixture: str) -> tuple[str, ...]:
    """Return every spelling of an id with one letter after `apt_` accented, or with an accent added if none can be.

    A server that ignores accents reads each as the id itself.
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
    # The text after the fixture's id either cannot belong to an id, or makes it longer than any id.
    return re.match(r"[0-9A-Za-z._~-]", rest) is None or len(rest) > 2**10


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


_SEGMENTS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "wildcard-percent": lambda fixture: f"{fixture}%25",
        "without-prefix": without_prefix,
        "front-short": lambda fixture: fixture[1:],
        "letters-before": lambda fixture: f"x{fixture}",
        "quote": lambda fixture: f"{fixture}%27",
        "non-ascii": lambda fixture: quote(accented(fixture)[0]),
        "double-encoded": lambda fixture: double_encoded(fixture, len(PREFIX)),
        "wildcard-star": lambda fixture: f"{fixture}*",
        "very-long": lambda fixture: fixture + "x" * MIN_EXTRA_LENGTH,
    },
)
_VARIETIES: Final[Mapping[str, any_api.Variety]] = MappingProxyType(
    {
        "front-short": lambda fixture: st.integers(1, len(PREFIX) - 1).map(lambda dropped: fixture[dropped:]),
        "letters-before": lambda fixture: FOREWORDS.map(lambda word: f"{word}{fixture}"),
        "quote": lambda fixture: st.sampled_from(("%27", "%22", "%60", "%27--")).map(fixture.__add__),
        "non-ascii": lambda fixture: st.sampled_from(accented(fixture)).map(quote),
        "double-encoded": lambda fixture: st.integers(0, len(PREFIX)).map(lambda place: double_encoded(fixture, place)),
        "very-long": lambda fixture: st.integers(MIN_EXTRA_LENGTH, MAX_EXTRA_LENGTH).map(
            lambda length: fixture + "x" * length
        ),
    },
)
FAMILIES: Final[Mapping[str, Family]] = families(
    family(
        "mijnklantportaal path",
        lambda text: not breaks_appointment_id(text),
        *((name, "path-id", make) for name, make in _SEGMENTS.items()),
        varieties=_VARIETIES,
    ),
)
