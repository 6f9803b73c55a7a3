"""The varieties: many values of one class of near misses, where its table gives only the most telling one."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase, hexdigits
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hypothesis import strategies as st

from appointment_strategies import paths
from appointment_strategies.digits import with_foreign_digits
from appointment_strategies.model import link_action
from appointment_strategies.near_misses import TAIL, hexadecimal_of, number_of, uuid_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_strategies.near_misses import NearMiss, Of

Values = st.SearchStrategy[object]
Variety = Callable[[str], Values]

_HEX: Final = "0123456789abcdef"
_NOT_HEX: Final = "ghijklmnopqrstuvwxyz"
_FIRST_LETTERS: Final = ascii_lowercase.replace("e", "")
_GROUP: Final = 12
# A letter e after digits would make an exponent: another number than the fixture's.
_WORDS: Final = st.builds(str.__add__, st.sampled_from(_FIRST_LETTERS), st.text(ascii_lowercase, max_size=7))
# Before digits no letter may be a hexadecimal one: the text would be another number to base 16.
_FOREWORDS: Final = st.text(_NOT_HEX, min_size=1, max_size=8)
_SHORT, _LONG = 64, 4096


def values_of(miss: NearMiss, fixture: str) -> Values:
    """Return a strategy for the values of one class derived from `fixture`; a class without varieties has one value."""
    variety = _TABLE.get((miss.of, miss.name))
    return st.just(miss.make(fixture)) if variety is None else variety(fixture)


def _non_hex(profile: str) -> Values:
    places = st.sampled_from([place for place, char in enumerate(profile) if char in hexdigits])
    return st.builds(lambda at, char: f"{profile[:at]}{char}{profile[at + 1 :]}", places, st.sampled_from(_NOT_HEX))


def _truncated(profile: str) -> Values:
    # Only the last group is shortened: a short prefix could match somebody else's profile.
    return st.integers(1, _GROUP - 1).map(lambda dropped: profile[:-dropped])


def _newline(fixture: str) -> Values:
    newlines = st.sampled_from(("\n", "\r\n", "\r"))
    after = st.builds(lambda newline, word: f"{fixture}{newline}{word}", newlines, _WORDS)
    return after | st.builds(lambda newline, word: f"{word}{newline}{fixture}", newlines, _WORDS)


def _foreign_digits(fixture: str) -> Values:
    return st.sampled_from((0x0660, 0x06F0, 0x0966, 0xFF10)).map(lambda zero: with_foreign_digits(fixture, zero))


def _arrays(fixture: str) -> Values:
    return st.lists(st.just(fixture), min_size=1, max_size=3) | st.just([[fixture]])


def _objects(fixture: str) -> Values:
    # No operator of a query but that of equality: any other selects somebody else's records.
    return st.sampled_from(("id", "value", "0", "$eq")).map(lambda name: {name: fixture})


def _beyond_64_bits(number: str) -> Values:
    return st.integers(0, 10**6).map(lambda turns: str(turns * 2**64 + int(paths.beyond_64_bits(number))))


def _fractions(number: str) -> Values:
    # Well below a half and never zero: rounded or cut it is the fixture. The length is that of TAIL at least.
    digits = st.text("0123456789", min_size=len(TAIL), max_size=2 * len(TAIL))
    return st.builds(lambda first, digits: f"{number}.{first}{digits}", st.integers(1, 3), digits)


def _exponents(number: str) -> Values:
    # No exponent but zero: with another the number would be somebody else's.
    return st.sampled_from(("e", "E", "e+", "e-")).map(lambda sign: f"{number}{sign}{TAIL}")


def _cases(alias: str) -> Values:
    places = st.sets(st.integers(0, len(alias) - 1), min_size=1)
    return places.map(lambda upper: "".join(c.upper() if at in upper else c for at, c in enumerate(alias)))


def _longer(fixture: str) -> Values:
    return st.integers(_SHORT, _LONG).map(lambda length: fixture.ljust(length, "0"))


def _numbers() -> Values:
    return st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def _undecodable(text: str) -> Values:
    return st.integers(0, len(text)).map(lambda at: text[:at].encode() + b"\xff" + text[at:].encode())


_TABLE: Final[Mapping[tuple[Of, str], Variety]] = MappingProxyType(
    {
        ("profile id", "list-form"): lambda profile: st.sampled_from(("", "-")).map(
            lambda s: f"{s}{number_of(profile)}"
        ),
        ("profile id", "truncated"): _truncated,
        ("profile id", "over-long"): lambda profile: st.text(_HEX, min_size=1, max_size=_GROUP).map(profile.__add__),
        ("profile id", "non-hex"): _non_hex,
        ("profile id", "wrong-separators"): lambda profile: st.sampled_from("_.:+").map(
            lambda separator: profile.replace("-", separator),
        ),
        ("profile id", "embedded-newline"): _newline,
        ("profile id", "trailing-text"): lambda profile: st.builds(
            lambda gap, word: f"{profile}{gap}{word}", st.sampled_from(("", " ", ";", "'")), _WORDS
        ),
        ("profile id", "leading-text"): lambda profile: st.builds(
            lambda word, gap: f"{word}{gap}{profile}", _FOREWORDS, st.sampled_from(("", " ", ";", "'"))
        ),
        ("profile id", "nul"): lambda profile: _WORDS.map(lambda word: f"{profile}\0{word}"),
        ("profile id", "non-ascii-digits"): _foreign_digits,
        ("profile id", "very-long"): _longer,
        ("profile id", "array"): _arrays,
        ("profile id", "object"): _objects,
        ("list id", "profile-form"): lambda number: st.sampled_from("abcdf").map(lambda fill: uuid_of(number, fill)),
        ("list id", "digits-then-letters"): lambda number: _WORDS.map(number.__add__),
        ("list id", "leading-text"): lambda number: _FOREWORDS.map(lambda word: f"{word}{number}"),
        ("list id", "float"): _fractions,
        ("list id", "exponent"): _exponents,
        ("list id", "hexadecimal"): lambda number: st.sampled_from(("0x", "0X", "0x0")).map(
            lambda prefix: f"{prefix}{hexadecimal_of(number)}",
        ),
        ("list id", "beyond-64-bits"): _beyond_64_bits,
        ("list id", "embedded-newline"): _newline,
        ("list id", "nul"): lambda number: _WORDS.map(lambda word: f"{number}\0{word}"),
        ("list id", "very-long"): _longer,
        ("list id", "array"): _arrays,
        ("list id", "object"): _objects,
        ("type", "unknown"): lambda _: st.sampled_from(("appointment", "customer", "location", "order", "user")),
        ("type", "upper-case"): _cases,
        ("type", "number"): lambda _: _numbers(),
        ("type", "boolean"): lambda _: st.booleans(),
        ("type", "array"): _arrays,
        ("type", "object"): _objects,
        ("body", "array"): lambda profile: st.lists(st.just(link_action("profile", profile)), max_size=3),
        ("body", "string"): lambda _: st.text(),
        ("body", "number"): lambda _: _numbers(),
        ("body", "boolean"): lambda _: st.booleans(),
        ("raw body", "truncated"): lambda text: st.integers(1, len(text) - 1).map(lambda kept: text[:kept].encode()),
        ("raw body", "bare-word"): lambda _: st.sampled_from((b"profile", b"undefined", b"NaN", b"None", b"TRUE")),
        ("raw body", "not-utf-8"): _undecodable,
        ("omneo path", "letters-after"): lambda number: _WORDS.map(number.__add__),
        ("omneo path", "letters-before"): lambda number: _FOREWORDS.map(lambda word: f"{word}{number}"),
        ("omneo path", "huge"): _beyond_64_bits,
        ("mijnklantportaal path", "front-short"): lambda fixture: st.integers(1, len(paths.PREFIX) - 1).map(
            lambda dropped: fixture[dropped:],
        ),
        ("mijnklantportaal path", "letters-before"): lambda fixture: _FOREWORDS.map(lambda word: f"{word}{fixture}"),
        ("mijnklantportaal path", "quote"): lambda fixture: st.sampled_from(("%27", "%22", "%60", "%27--")).map(
            fixture.__add__,
        ),
        ("mijnklantportaal path", "non-ascii"): lambda fixture: st.sampled_from(paths.accented(fixture)).map(quote),
        ("mijnklantportaal path", "double-encoded"): lambda fixture: st.integers(0, len(paths.PREFIX)).map(
            lambda place: paths.double_encoded(fixture, place),
        ),
        ("mijnklantportaal path", "very-long"): lambda fixture: st.integers(paths.VERY_LONG, paths.LONGEST).map(
            lambda more: fixture + "x" * more,
        ),
    },
)
