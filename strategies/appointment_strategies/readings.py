"""The lenient readings of an id: every number and every UUID that a lenient server may read from it.

A server may cast, trim, fold, cut or wrap what it is sent. Each reading has a name, so that its result for a wrong id
can be compared with its result for a right one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from math import floor, isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Numbers = dict[str, set[int]]

#: The numbers of digits that a narrow column, or a parser with a limit, keeps.
CUTS: Final = (10, 18)
#: A number that does not fit wraps modulo one of these.
WRAPS: Final = (2**32, 2**64)
#: The reading of a number or a boolean that is compared with text unchanged, as some databases do.
NATIVE: Final = "native"
#: The reading of any array or object that is not empty: PHP casts it to 1.
CONTAINER: Final = "container"
_UUID: Final = re.compile(r"(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))")
_HEX_DIGITS: Final = 32
_BRACKETS: Final = " \t\r\n\v\f\0\ufeff\"'`()[]{}<>,;:"
_LEADING: Final = re.compile(r"^\s*[+-]?([0-9]*)")
_GROUPED: Final = re.compile(r"^\s*[+-]?([0-9]+(?:[_ ][0-9]+)*)")
_BASED: Final = re.compile(r"^\s*[+-]?0x([0-9a-f]+)", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
#: How many digits are converted at once; Python refuses more than 4300.
_MAX_DIGITS: Final = 4000


def numbers_of(value: object) -> Mapping[str, frozenset[int]]:
    """Return the numbers that lenient servers read from a JSON value, by the name of the reading; null has none."""
    readings: Numbers = defaultdict(set)
    for scalar in (*scalars_of(value), *_names_of(value), *_joined(value)):
        if isinstance(scalar, str):
            for name, numbers in _numbers_of_text(scalar).items():
                readings[name] |= numbers
        elif isinstance(scalar, int):
            _add_integer(readings, scalar)
        elif isinstance(scalar, float) and isfinite(scalar):
            _add_fraction(readings, scalar)
    if isinstance(value, list | dict) and value:
        readings[CONTAINER].add(1)
    return {name: frozenset(numbers) for name, numbers in readings.items()}


def uuids_of(value: object) -> frozenset[str]:
    """Return the UUIDs that lenient servers read from a JSON value: in any case, bare, braced, or within a text.

    They are in lower case, with hyphens.
    """
    uuids: set[str] = set()
    for scalar in (*scalars_of(value), *_names_of(value)):
        for text in spellings(scalar) if isinstance(scalar, str) else ():
            lower = text.lower()
            uuids.update(_UUID.findall(lower))
            bare = re.sub(r"[^0-9a-f]", "", lower.removeprefix("urn:").removeprefix("uuid:"))
            if len(bare) == _HEX_DIGITS:
                uuids.add(f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}")
    return frozenset(uuids)


def scalars_of(value: object) -> Iterator[object]:
    """Yield every text, number, boolean and null in a JSON value; for an object only those of its values."""
    if isinstance(value, list | dict):
        for element in value.values() if isinstance(value, dict) else value:
            yield from scalars_of(element)
    else:
        yield value


def _names_of(value: object) -> Iterator[str]:
    """Yield the member names in a JSON value that contain a digit, because ids may be member names."""
    if isinstance(value, list | dict):
        for element in value.values() if isinstance(value, dict) else value:
            yield from _names_of(element)
    if isinstance(value, dict):
        yield from (name for name in value if any(char.isdigit() for char in name))


def _joined(value: object) -> Iterator[str]:
    """Yield the text of an array of several elements, as JavaScript writes it."""
    elements = list(scalars_of(value)) if isinstance(value, list) else []
    if len(elements) > 1:
        yield ",".join(_digits_of(element) if isinstance(element, int) else str(element) for element in elements)


@lru_cache(maxsize=4096)
def spellings(text: str) -> tuple[str, ...]:
    """Return a text unchanged, and trimmed, folded to ASCII, decoded, cut at NUL, and in lines and pieces."""
    distinct = {text: None}
    for decoded in (text, unquote(text), unquote(unquote(text))):
        for whole in (decoded, folded(decoded)):
            pieces = (whole, whole.split("\0")[0], whole.replace("\0", ""), *re.split(r"[\s,;|\0]+", whole))
            distinct.update(dict.fromkeys(piece.strip(_BRACKETS) for piece in (*pieces, *whole.splitlines())))
            distinct[whole] = None
    return tuple(distinct)


def folded(text: str) -> str:
    """Return a text in lower case, without accents, with compatibility characters and digits replaced by ASCII ones."""
    plain = unicodedata.normalize("NFKC", text)
    unmarked = (char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
    return "".join(str(unicodedata.decimal(char, char)) for char in unmarked).lower()


@lru_cache(maxsize=4096)
def _numbers_of_text(text: str) -> Mapping[str, frozenset[int]]:
    readings: Numbers = defaultdict(set)
    for spelling in spellings(text):
        _add_text(readings, spelling)
    return MappingProxyType({name: frozenset(numbers) for name, numbers in readings.items()})


def _add_integer(readings: Numbers, number: int) -> None:
    readings[NATIVE].add(int(number))
    for name, numbers in _numbers_of_text(_digits_of(number)).items():
        readings[name] |= numbers


def _digits_of(number: int) -> str:
    # Python refuses to write longer numbers. They are larger than any column, whatever their digits are.
    return str(int(number)) if abs(number) < 10**_MAX_DIGITS else "9" * _MAX_DIGITS


def _add_fraction(readings: Numbers, number: float) -> None:
    readings[NATIVE] |= {int(number), floor(number), round(number), floor(number + 0.5)}
    for name, numbers in _numbers_of_text(repr(number)).items():
        readings[name] |= numbers


def _add_text(readings: Numbers, text: str) -> None:
    cast, digits = _int(_first_group(_LEADING, text)), re.sub(r"[^0-9]", "", text)
    readings["cast"] |= {-cast if text.lstrip().startswith("-") else cast, *_wrapped(cast)}
    readings["digits"].add(_int(digits))
    readings["float"] |= _floats(text)
    readings["grouped"].add(_int(re.sub(r"[_ ]", "", _first_group(_GROUPED, text))))
    based = int(_first_group(_BASED, text) or "0", 16)
    readings["hexadecimal"] |= {based, *_wrapped(based)}
    for length in CUTS:
        readings[f"cut {length}"].add(_int(_first_group(_LEADING, text)[:length]))
        readings[f"cut text {length}"].add(_int(_first_group(_LEADING, text[:length])))
        readings[f"cut digits {length}"].add(_int(digits[:length]))
        readings[f"cut number {length}"].add(_int(digits.lstrip("0")[:length]))


def _first_group(pattern: re.Pattern[str], text: str) -> str:
    """Return the first group of a pattern that is searched in a text; empty if it does not match."""
    match = pattern.search(text)
    return match[1] if match else ""


def _floats(text: str) -> set[int]:
    """Return the integers nearest to the decimal fraction at the beginning of a text, including its exponent."""
    number = float(_first_group(_DECIMAL, text) or "0")
    if number in {float("inf"), float("-inf")}:
        return set()
    integers = {int(number), round(number), floor(number + 0.5)}
    return integers | {wrapped for integer in integers for wrapped in _wrapped(integer)}


def _wrapped(number: int) -> set[int]:
    return {number % size for size in WRAPS if number >= size}


def _int(digits: str) -> int:
    number = 0
    for start in range(0, len(digits), _MAX_DIGITS):
        part = digits[start : start + _MAX_DIGITS]
        number = number * 10 ** len(part) + int(part)
    return number
