"""Digits of other scripts, which parsers of several languages read as those of ASCII."""

from __future__ import annotations

import unicodedata


def with_foreign_digits(text: str, zero: int = 0x0660) -> str:
    """Return `text` with its ASCII digits replaced by those of another script, and one added if it has none.

    `zero` is the code point of that script's digit zero, unless given that of Arabic-Indic digits.
    """
    foreign = text.translate({ord("0") + digit: zero + digit for digit in range(10)})
    return foreign if foreign != text else f"{text}{chr(zero)}"


def with_ascii_digits(text: str) -> str:
    """Return `text` with every decimal digit of any script as that of ASCII."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text)
