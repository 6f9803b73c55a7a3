"""Strategies for ids that no record has, without ids that the caller uses itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Collection

    from hypothesis import strategies as st


def without(ids: st.SearchStrategy[str], excluding: Collection[str]) -> st.SearchStrategy[str]:
    """Return `ids` without those in `excluding`. Raises InvalidArgument if `excluding` is text."""
    if isinstance(excluding, str):
        raise InvalidArgument(f"{excluding=} is text, expected a collection of ids")
    return ids.filter(lambda identifier: identifier not in excluding) if excluding else ids
