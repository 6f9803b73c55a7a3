"""MijnKlantportaal: its ids, what stands in a path near one, and strategies for both."""

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
#: How much a very long id is longer than a fixture's, at least and at most: more than any id, and little enough for
#: servers that hold a request's path twice, beside its headers, in 4096 bytes (uWSGI): they close where it is more.
VERY_LONG: Final = 1100
LONGEST: Final = 1500
_ACUTE, _DOT_ABOVE = "\u0301", "\u0307"
_ID_IN_PATH = re.compile(r"apt_[0-9A-Za-z._~-]{1,251}", re.ASCII)
_LETTERS_AND_DIGITS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_SUFFIX_LENGTHS: Final = (9, 14)


def breaks_appointment_id(text: str) -> bool:
    """Say whether decoded path text cannot be an appointment id.

    The vendor promises only the prefix `apt_`; the model adds the characters that need no escape in a path, and a
    length of at most 255 characters.
    """
    return _ID_IN_PATH.fullmatch(text) is None


def appointment_ids() -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids, as path text.

    They are anybody's ids: a server may hold an appointment under them. For a request that may succeed take the ids
    of fixtures, and for one that may not `absent_appointment_ids`.
    """
    shortest, longest = _SUFFIX_LENGTHS
    return st.text(_LETTERS_AND_DIGITS, min_size=shortest, max_size=longest).map("apt_{}".format)


def absent_appointment_ids(*, excluding: Collection[str] = ()) -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids that no server holds, none of them in `excluding`.

    They are longer than any that the vendor gives out. Raises InvalidArgument for text given as `excluding`.
    """
    ids = st.text(_LETTERS_AND_DIGITS, min_size=24, max_size=32).map("apt_absent{}".format)
    return without(ids, excluding)


def near_misses_of(of: Of) -> tuple[NearMiss, ...]:
    """Return every class of near misses of `of`, the most valuable first, always in the same order.

    Each makes its value of an appointment id. Raises InvalidArgument for an `of` that has no near misses.
    """
    return family_of(of, FAMILIES).classes


@st.composite
def near_misses(
    draw: st.DrawFn, of: Of, *, fixtures: st.SearchStrategy[str], names: Collection[str] | None = None
) -> tuple[str, object]:
    """Draw the name of a class of near misses and one of its values, derived from one of `fixtures`.

    `names` keeps to some of the classes. Shrinks to the first class that has one value only. Raises InvalidArgument
    for an unknown `of` or name, or an invalid fixture.
    """
    return any_api.drawn(draw, family_of(of, FAMILIES), fixtures, names)


def near_miss_segments(fixture: str) -> Mapping[str, str]:
    """Return the raw path segment of every near miss of one fixture appointment's id, by class name."""
    return FAMILIES["mijnklantportaal path"].segments(fixture)


def derived_from(segment: str, fixtures: Iterable[str]) -> str | None:
    """Return the fixture that a raw path segment is a near miss of, or None.

    It guarantees that the segment is no possible id itself, and that a server which casts, trims, decodes twice,
    folds accents or matches by pattern can reach only that fixture.
    """
    return any_api.derived_from(unquote(segment), fixtures, breaks=breaks_appointment_id, is_near=_is_near_id)


def without_prefix(fixture: str) -> str:
    """Return an id without `apt_`.

    The underscore stays in front of anything but a letter, since a server that casts text to a number would look up a
    numbered record that is no fixture, and in front of what is an id again, perhaps somebody else's.
    """
    bare = fixture.removeprefix(PREFIX)
    return bare if bare[:1].isalpha() and not bare.lower().startswith(PREFIX) else f"_{bare}"


def accented(fixture: str) -> tuple[str, ...]:
    """Return every spelling of an id with one letter after `apt_` accented, or with an accent added.

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
        "very-long": lambda fixture: fixture + "x" * VERY_LONG,
    },
)
_VARIETIES: Final[Mapping[str, any_api.Variety]] = MappingProxyType(
    {
        "front-short": lambda fixture: st.integers(1, len(PREFIX) - 1).map(lambda dropped: fixture[dropped:]),
        "letters-before": lambda fixture: FOREWORDS.map(lambda word: f"{word}{fixture}"),
        "quote": lambda fixture: st.sampled_from(("%27", "%22", "%60", "%27--")).map(fixture.__add__),
        "non-ascii": lambda fixture: st.sampled_from(accented(fixture)).map(quote),
        "double-encoded": lambda fixture: st.integers(0, len(PREFIX)).map(lambda place: double_encoded(fixture, place)),
        "very-long": lambda fixture: st.integers(VERY_LONG, LONGEST).map(lambda more: fixture + "x" * more),
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
