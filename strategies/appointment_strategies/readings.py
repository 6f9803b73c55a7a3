"""The lenient readings of an id: every number and every UUID that a server which is not strict may take it for.

A server may cast, trim, fold, cut or wrap what it is sent. Each way has a name, so that what it makes of a wrong id can
be compared with what it makes of a right one.
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

#: How many digits a narrow column, or a reader with a limit, keeps.
CUTS: Final = (10, 18)
#: To these powers of two a number wraps that does not fit.
WRAPS: Final = (2**32, 2**64)
#: The reading of a number or a boolean that is compared with text as it is; databases do.
NATIVE: Final = "native"
#: The reading of any array or object that holds something: PHP casts it to 1.
CONTAINER: Final = "container"
_UUID: Final = re.compile(r"(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))")
_HEX_DIGITS: Final = 32
_BRACKETS: Final = " \t\r\n\v\f\0\ufeff\"'`()[]{}<>,;:"
_LEADING: Final = re.compile(r"^\s*[+-]?([0-9]*)")
_GROUPED: Final = re.compile(r"^\s*[+-]?([0-9]+(?:[_ ][0-9]+)*)")
_BASED: Final = re.compile(r"^\s*[+-]?0x([0-9a-f]+)", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.IGNORECASE)
#: More digits than Python converts at once.
_AT_ONCE: Final = 4000


def numbers_of(value: object) -> Mapping[str, frozenset[int]]:
    """Return the numbers that lenient servers read from a JSON value, by the name of the reading; null has none."""
    found: Numbers = defaultdict(set)
    for scalar in (*scalars_of(value), *_names_of(value), *_joined(value)):
        if isinstance(scalar, str):
            for name, numbers in _numbers_of_text(scalar).items():
                found[name] |= numbers
        elif isinstance(scalar, int):
            _add_integer(found, scalar)
        elif isinstance(scalar, float) and isfinite(scalar):
            _add_fraction(found, scalar)
    if isinstance(value, list | dict) and value:
        found[CONTAINER].add(1)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def uuids_of(value: object) -> frozenset[str]:
    """Return the UUIDs that lenient servers read from a JSON value: in any case, bare, braced, or within a text."""
    found: set[str] = set()
    for scalar in (*scalars_of(value), *_names_of(value)):
        for text in spellings(scalar) if isinstance(scalar, str) else ():
            lower = text.lower()
            found.update(_UUID.findall(lower))
            bare = re.sub(r"[^0-9a-f]", "", lower.removeprefix("urn:").removeprefix("uuid:"))
            if len(bare) == _HEX_DIGITS:
                found.add(f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}")
    return frozenset(found)


def scalars_of(value: object) -> Iterator[object]:
    """Yield every text, number, boolean and null in a JSON value; of an object its values."""
    if isinstance(value, list | dict):
        for element in value.values() if isinstance(value, dict) else value:
            yield from scalars_of(element)
    else:
        yield value


def _names_of(value: object) -> Iterator[str]:
    """Yield the names of all objects in a JSON value that hold a digit: ids may be the names."""
    if isinstance(value, list | dict):
        for element in value.values() if isinstance(value, dict) else value:
            yield from _names_of(element)
    if isinstance(value, dict):
        yield from (name for name in value if any(char.isdigit() for char in name))


def _joined(value: object) -> Iterator[str]:
    """Yield the text of an array of several elements, as JavaScript has it."""
    elements = list(scalars_of(value)) if isinstance(value, list) else []
    if len(elements) > 1:
        yield ",".join(_digits_of(one) if isinstance(one, int) else str(one) for one in elements)


@lru_cache(maxsize=4096)
def spellings(text: str) -> tuple[str, ...]:
    """Return a text as it is, and trimmed, folded to ASCII, decoded, cut at NUL, and in lines and pieces."""
    found = {text: None}
    for once in (text, unquote(text), unquote(unquote(text))):
        for whole in (once, folded(once)):
            pieces = (whole, whole.split("\0")[0], whole.replace("\0", ""), *re.split(r"[\s,;|\0]+", whole))
            found.update(dict.fromkeys(piece.strip(_BRACKETS) for piece in (*pieces, *whole.splitlines())))
            found[whole] = None
    return tuple(found)


def folded(text: str) -> str:
    """Return a text in lower case, compatibility characters and digits of every script as those of ASCII."""
    plain = unicodedata.normalize("NFKC", text)
    marked = (char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
    return "".join(str(unicodedata.decimal(char, char)) for char in marked).lower()


@lru_cache(maxsize=4096)
def _numbers_of_text(text: str) -> Mapping[str, frozenset[int]]:
    found: Numbers = defaultdict(set)
    for spelling in spellings(text):
        _add_text(found, spelling)
    return MappingProxyType({name: frozenset(numbers) for name, numbers in found.items()})


def _add_integer(found: Numbers, number: int) -> None:
    found[NATIVE].add(int(number))
    for name, numbers in _numbers_of_text(_digits_of(number)).items():
        found[name] |= numbers


def _digits_of(number: int) -> str:
    # Python writes no longer ones; whatever they end in, they are beyond any column.
    return str(int(number)) if abs(number) < 10**_AT_ONCE else "9" * _AT_ONCE


def _add_fraction(found: Numbers, number: float) -> None:
    found[NATIVE] |= {int(number), floor(number), round(number), floor(number + 0.5)}
    for name, numbers in _numbers_of_text(repr(number)).items():
        found[name] |= numbers


def _add_text(found: Numbers, text: str) -> None:
    cast, digits = _int(_first(_LEADING, text)), re.sub(r"[^0-9]", "", text)
    found["cast"] |= {-cast if text.lstrip().startswith("-") else cast, *_wrapped(cast)}
    found["digits"].add(_int(digits))
    found["float"] |= _floats(text)
    found["grouped"].add(_int(re.sub(r"[_ ]", "", _first(_GROUPED, text))))
    based = int(_first(_BASED, text) or "0", 16)
    found["hexadecimal"] |= {based, *_wrapped(based)}
    for length in CUTS:
        found[f"cut {length}"].add(_int(_first(_LEADING, text)[:length]))
        found[f"cut text {length}"].add(_int(_first(_LEADING, text[:length])))
        found[f"cut digits {length}"].add(_int(digits[:length]))
        found[f"cut number {length}"].add(_int(digits.lstrip("0")[:length]))


def _first(pattern: re.Pattern[str], text: str) -> str:
    """Return what the group of a pattern takes of a text, which is searched from its beginning; empty where nothing."""
    match = pattern.search(text)
    return match[1] if match else ""


def _floats(text: str) -> set[int]:
    """The integers next to the decimal fraction that a text begins with, its exponent heeded."""
    number = float(_first(_DECIMAL, text) or "0")
    if number in {float("inf"), float("-inf")}:
        return set()
    whole = {int(number), round(number), floor(number + 0.5)}
    return whole | {wrapped for one in whole for wrapped in _wrapped(one)}


def _wrapped(number: int) -> set[int]:
    return {number % size for size in WRAPS if number >= size}


def _int(digits: str) -> int:
    number = 0
    for start in range(0, len(digits), _AT_ONCE):
        part = digits[start : start + _AT_ONCE]
        number = number * 10 ** len(part) + int(part)
    return number
