"""Digits of other scripts, which the number parsers of several languages accept like ASCII digits."""

from __future__ import annotations

import unicodedata


def with_foreign_digits(text: str, zero: int = 0x0660) -> str:
    """Return `text` with its ASCII digits replaced by those of another script. Append such a digit if it has none.

    `zero` is the code point of that script's digit zero; the default is that of the Arabic-Indic digits.
    """
    foreign = text.translate({ord("0") + digit: zero + digit for digit in range(10)})
    return foreign if foreign != text else f"{text}{chr(zero)}"


def with_ascii_digits(text: str) -> str:
    """Return `text` with every decimal digit of any script replaced by the ASCII digit."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text)
