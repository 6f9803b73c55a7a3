"""A number of things in words."""

from __future__ import annotations


def amount(count: int, one: str, more: str = "") -> str:
    """Return `1 request` or `2 requests`; `more` is a plural that takes more than an `s`."""
    return f"{count} {one if count == 1 else more or one + 's'}"
