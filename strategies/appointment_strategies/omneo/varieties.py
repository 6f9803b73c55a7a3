"""The varieties of Omneo's near misses: many values of one class, of which `make` returns the most informative one."""

from __future__ import annotations

from string import hexdigits
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from appointment_strategies.json_texts import cut_texts, undecodable_texts
from appointment_strategies.omneo import paths
from appointment_strategies.omneo.model import link_action
from appointment_strategies.omneo.stand_ins import TAIL, hexadecimal_of, number_of, uuid_of
from appointment_strategies.varieties import (
    FOREWORDS,
    WORDS,
    Values,
    filled_up,
    in_arrays,
    in_foreign_digits,
    in_objects,
    in_other_cases,
    json_numbers,
    non_hexadecimal,
    with_newline,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_strategies.near_misses import Variety

_HEX: Final = "0123456789abcdef"
_GROUP: Final = 12


def _non_hex(profile: str) -> Values:
    places = st.sampled_from([place for place, char in enumerate(profile) if char in hexdigits])
    return st.builds(lambda at, char: f"{profile[:at]}{char}{profile[at + 1 :]}", places, non_hexadecimal())


def _truncated(profile: str) -> Values:
    # Only the last group is shortened: a short prefix could match another profile.
    return st.integers(1, _GROUP - 1).map(lambda dropped: profile[:-dropped])


def _beyond_64_bits(number: str) -> Values:
    return st.integers(0, 10**6).map(lambda turns: str(turns * 2**64 + int(paths.beyond_64_bits(number))))


def _fractions(number: str) -> Values:
    # Well below a half and never zero: rounded or cut it is the fixture's number. It is at least as long as TAIL.
    digits = st.text("0123456789", min_size=len(TAIL), max_size=2 * len(TAIL))
    return st.builds(lambda first, digits: f"{number}.{first}{digits}", st.integers(1, 3), digits)


def _exponents(number: str) -> Values:
    # Only the exponent zero: any other would give another record's number.
    return st.sampled_from(("e", "E", "e+", "e-")).map(lambda sign: f"{number}{sign}{TAIL}")


PROFILE_ID: Final[Mapping[str, Variety]] = MappingProxyType(
    {
        "list-form": lambda profile: st.sampled_from(("", "-")).map(lambda s: f"{s}{number_of(profile)}"),
        "truncated": _truncated,
        "over-long": lambda profile: st.text(_HEX, min_size=1, max_size=_GROUP).map(profile.__add__),
        "non-hex": _non_hex,
        "wrong-separators": lambda profile: st.sampled_from("_.:+").map(
            lambda separator: profile.replace("-", separator),
        ),
        "embedded-newline": with_newline,
        "trailing-text": lambda profile: st.builds(
            lambda gap, word: f"{profile}{gap}{word}", st.sampled_from(("", " ", ";", "'")), WORDS
        ),
        "leading-text": lambda profile: st.builds(
            lambda word, gap: f"{word}{gap}{profile}", FOREWORDS, st.sampled_from(("", " ", ";", "'"))
        ),
        "nul": lambda profile: WORDS.map(lambda word: f"{profile}\0{word}"),
        "non-ascii-digits": in_foreign_digits,
        "very-long": filled_up,
        "array": in_arrays,
        "object": in_objects,
    }
)
LIST_ID: Final[Mapping[str, Variety]] = MappingProxyType(
    {
        "profile-form": lambda number: st.sampled_from("abcdf").map(lambda fill: uuid_of(number, fill)),
        "digits-then-letters": lambda number: WORDS.map(number.__add__),
        "leading-text": lambda number: FOREWORDS.map(lambda word: f"{word}{number}"),
        "float": _fractions,
        "exponent": _exponents,
        "hexadecimal": lambda number: st.sampled_from(("0x", "0X", "0x0")).map(
            lambda prefix: f"{prefix}{hexadecimal_of(number)}",
        ),
        "beyond-64-bits": _beyond_64_bits,
        "embedded-newline": with_newline,
        "nul": lambda number: WORDS.map(lambda word: f"{number}\0{word}"),
        "very-long": filled_up,
        "array": in_arrays,
        "object": in_objects,
    }
)
TYPE: Final[Mapping[str, Variety]] = MappingProxyType(
    {
        "unknown": lambda _: st.sampled_from(("appointment", "customer", "location", "order", "user")),
        "upper-case": in_other_cases,
        "number": lambda _: json_numbers(),
        "boolean": lambda _: st.booleans(),
        "array": in_arrays,
        "object": in_objects,
    }
)
BODY: Final[Mapping[str, Variety]] = MappingProxyType(
    {
        "array": lambda profile: st.lists(st.just(link_action("profile", profile)), max_size=3),
        "string": lambda _: st.text(),
        "number": lambda _: json_numbers(),
        "boolean": lambda _: st.booleans(),
    }
)
RAW_BODY: Final[Mapping[str, Variety]] = MappingProxyType(
    {
        "truncated": cut_texts,
        "bare-word": lambda _: st.sampled_from((b"profile", b"undefined", b"NaN", b"None", b"TRUE")),
        "not-utf-8": undecodable_texts,
    }
)
PATH: Final[Mapping[str, Variety]] = MappingProxyType(
    {
        "letters-after": lambda number: WORDS.map(number.__add__),
        "letters-before": lambda number: FOREWORDS.map(lambda word: f"{word}{number}"),
        "huge": _beyond_64_bits,
    }
)
