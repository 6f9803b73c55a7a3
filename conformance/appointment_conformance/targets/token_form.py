"""Check the form of bearer tokens. A message says what is wrong without quoting the value."""

from __future__ import annotations

import re
from typing import Final


class FormError(ValueError):
    """A value has the wrong form; the message is the rest of a sentence that begins with its key."""


_UNRESOLVED = re.compile(r"\$\$?(?:env:)?[A-Za-z_]\w*|%[A-Za-z_]\w*%|\$?\{\{.*\}\}|\$\(.*\)", re.DOTALL)
_BEARER = re.compile(r"(?:authorization\s*:\s*)?bearer(?:[\s:].*)?", re.IGNORECASE | re.DOTALL)
_QUOTES: Final = frozenset("\"'`")
#: Servers accept header lines of at most 8 to 64 KiB; searching texts for a longer secret would cost time and memory.
MAX_LENGTH: Final = 64 * 1024


def looks_unresolved(value: str) -> bool:
    """Whether a value looks like a variable that was not replaced by its value."""
    return "${" in value or _UNRESOLVED.fullmatch(value.strip()) is not None


def flaw_of(value: str) -> str | None:
    """Return why `value` is not a bearer token, as the rest of a sentence that begins with its key; None if it is one.

    The value is never quoted.
    """
    return next(
        (
            phrase
            for phrase in (_length_or_space_flaw(value), _copied_text_flaw(value), _character_flaw(value))
            if phrase
        ),
        None,
    )


def credential_flaw_of(value: str) -> str | None:
    """Return why `value` is not a password or another secret text, in the same way; it may have spaces inside."""
    if flaw := _length_or_space_flaw(value):
        return flaw
    if looks_unresolved(value):
        return "looks like a variable that was not resolved; write `${NAME}` in the targets file, and set NAME"
    return "has a control character in it; copy it again" if re.search(r"[\x00-\x1f\x7f-\x9f]", value) else None


def _length_or_space_flaw(value: str) -> str | None:
    if len(value) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters, which no server accepts; copy it again"
    if not value.strip("\ufeff \t\r\n"):
        return "is empty; set it (CI systems give no secrets to a pull request from a fork)"
    if value.startswith("\ufeff"):
        return "begins with a byte order mark; save it without"
    if value.endswith(("\n", "\r")):
        return "ends with a line end; trim it"
    return "begins or ends with white space; trim it" if value.strip() != value else None


def _copied_text_flaw(value: str) -> str | None:
    if _BEARER.fullmatch(value):
        return "begins with `Bearer`; remove that, as the suite adds it"
    if len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES:
        return "is in quotes that are part of the value; remove them"
    if looks_unresolved(value):
        return "looks like a variable that was not resolved; write `${NAME}` in the targets file, and set NAME"
    return None


def _character_flaw(value: str) -> str | None:
    if "\n" in value or "\r" in value:
        return "has a line end in it; a token is one line"
    if re.search(r"[\x00-\x1f\x7f-\x9f]", value):
        return "has a control character in it; copy the token again"
    if re.search(r"\s", value):
        return "has white space in it, which a token cannot have; copy the token again"
    return None if value.isascii() else "has a character in it that is not ASCII; copy the token again"
