"""Numbers in sentences."""

from __future__ import annotations


def amount(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun, as `1 request` or `2 requests`; the default plural is the singular with an `s`."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"
