"""The form of a bearer token: what is wrong with a value that cannot be one, said without the value."""

from __future__ import annotations

import re
from typing import Final


class FormError(ValueError):
    """A value does not have the form it has to have; the message is the rest of a sentence that begins with its key."""


_UNRESOLVED = re.compile(r"\$\$?(?:env:)?[A-Za-z_]\w*|%[A-Za-z_]\w*%|\$?\{\{.*\}\}|\$\(.*\)", re.DOTALL)
_BEARER = re.compile(r"(?:authorization\s*:\s*)?bearer(?:[\s:].*)?", re.IGNORECASE | re.DOTALL)
_QUOTES: Final = frozenset("\"'`")
#: Servers take header lines of 8 to 64 KiB; to look for a longer value would only cost time and memory.
MAX_LENGTH: Final = 64 * 1024


def looks_unresolved(value: str) -> bool:
    """Tell whether a value looks like a variable that nobody has put a value in place of."""
    return "${" in value or _UNRESOLVED.fullmatch(value.strip()) is not None


def flaw_of(value: str) -> str | None:
    """Return why `value` is no bearer token, as the rest of a sentence that begins with its key; None where it is one.

    Nothing of the value is quoted.
    """
    return next((phrase for phrase in (_frame_flaw(value), _word_flaw(value), _sign_flaw(value)) if phrase), None)


def _frame_flaw(value: str) -> str | None:
    if len(value) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters, which no server takes; copy the token again"
    if not value.strip("\ufeff \t\r\n"):
        return "is empty; set it (CI systems give no secrets to a pull request from a fork)"
    if value.startswith("\ufeff"):
        return "begins with a byte order mark; save it without"
    if value.endswith(("\n", "\r")):
        return "ends with a line end; trim it"
    return "begins or ends with white space; trim it" if value.strip() != value else None


def _word_flaw(value: str) -> str | None:
    if _BEARER.fullmatch(value):
        return "begins with `Bearer`; leave that out, the suite puts it in front"
    if len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES:
        return "stands in quotes that are part of it; leave them out"
    if looks_unresolved(value):
        return "looks like a variable that was not resolved; write `${NAME}` in the targets file, and set NAME"
    return None


def _sign_flaw(value: str) -> str | None:
    if "\n" in value or "\r" in value:
        return "has a line end in it; a token is one line"
    if re.search(r"[\x00-\x1f\x7f-\x9f]", value):
        return "has a control character in it; copy the token again"
    if re.search(r"\s", value):
        return "has white space in it; a token has none"
    return None if value.isascii() else "has a character in it that is not ASCII; copy the token again"
