"""Varieties for any API: strategies for many values of one class of near misses, derived from a fixture's text."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Final

from hypothesis import strategies as st

from appointment_strategies.digits import with_foreign_digits

Values = st.SearchStrategy[object]

_NOT_HEX: Final = "ghijklmnopqrstuvwxyz"
_FIRST_LETTERS: Final = ascii_lowercase.replace("e", "")
#: Words to put after digits. They do not begin with `e`, which would begin an exponent: another number.
WORDS: Final = st.builds(str.__add__, st.sampled_from(_FIRST_LETTERS), st.text(ascii_lowercase, max_size=7))
#: Words to put before digits. They have no hexadecimal letter, because the text would be another number in base 16.
FOREWORDS: Final = st.text(_NOT_HEX, min_size=1, max_size=8)
_MIN_LENGTH, _MAX_LENGTH = 64, 4096


def non_hexadecimal() -> st.SearchStrategy[str]:
    """Return a strategy for the letters that are not hexadecimal digits."""
    return st.sampled_from(_NOT_HEX)


def with_newline(fixture: str) -> Values:
    """Return a strategy for the fixture with a further line before or after it."""
    newlines = st.sampled_from(("\n", "\r\n", "\r"))
    after = st.builds(lambda newline, word: f"{fixture}{newline}{word}", newlines, WORDS)
    return after | st.builds(lambda newline, word: f"{word}{newline}{fixture}", newlines, WORDS)


def in_foreign_digits(fixture: str) -> Values:
    """Return a strategy for the fixture with the digits of other scripts."""
    return st.sampled_from((0x0660, 0x06F0, 0x0966, 0xFF10)).map(lambda zero: with_foreign_digits(fixture, zero))


def in_arrays(fixture: str) -> Values:
    """Return a strategy for arrays of the fixture."""
    return st.lists(st.just(fixture), min_size=1, max_size=3) | st.just([[fixture]])


def in_objects(fixture: str) -> Values:
    """Return a strategy for objects with the fixture as their only value."""
    # The only query operator is that of equality: any other selects records that are not fixtures.
    return st.sampled_from(("id", "value", "0", "$eq")).map(lambda name: {name: fixture})


def in_other_cases(alias: str) -> Values:
    """Return a strategy for a lower-case word with some of its letters in upper case."""
    places = st.sets(st.integers(0, len(alias) - 1), min_size=1)
    return places.map(lambda upper: "".join(c.upper() if at in upper else c for at, c in enumerate(alias)))


def filled_up(fixture: str) -> Values:
    """Return a strategy for the fixture with so many zeros appended that it is longer than any id."""
    return st.integers(_MIN_LENGTH, _MAX_LENGTH).map(lambda length: fixture.ljust(length, "0"))


def json_numbers() -> Values:
    """Return a strategy for JSON numbers."""
    return st.integers() | st.floats(allow_nan=False, allow_infinity=False)
