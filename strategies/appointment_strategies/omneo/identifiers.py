"""Strategies for well-formed ids and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from appointment_strategies.absent_ids import without
from appointment_strategies.omneo.model import ALIASES

if TYPE_CHECKING:
    from collections.abc import Collection

_MAX_INT64: Final = 2**63 - 1
_MAX_INT32: Final = 2**31 - 1


def types() -> st.SearchStrategy[str]:
    """Return a strategy for the types that a link may have. Shrinks to `profile`."""
    return st.sampled_from(ALIASES)


def profile_ids() -> st.SearchStrategy[str]:
    """Return a strategy for profile ids: UUID text of version 4, in lower case."""
    return st.uuids(version=4).map(str)


def list_ids(*, min_value: int = 1, max_value: int = _MAX_INT64) -> st.SearchStrategy[str]:
    """Return a strategy for list ids: integers as text, without sign or leading zeros. Shrinks to `min_value`.

    Raises InvalidArgument unless 0 <= min_value <= max_value < 2**63.
    """
    if not 0 <= min_value <= max_value <= _MAX_INT64:
        raise InvalidArgument(f"expected 0 <= {min_value=} <= {max_value=} < 2**63")
    return st.integers(min_value, max_value).map(str)


def appointment_ids() -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids, as path text. Shrinks to 1.

    A server may have an appointment with such an id. Use the ids of fixtures for a request that may succeed, and
    `absent_appointment_ids` for one that must not.
    """
    return st.integers(1, _MAX_INT64).map(str)


def absent_appointment_ids(*, excluding: Collection[str] = ()) -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids that no server has, without those in `excluding`.

    Appointments are counted, so these are the last numbers that fit in signed 32 bits: no counter reaches them, and
    every column is wide enough to look them up. Raises InvalidArgument if `excluding` is text.
    """
    return without(st.integers(2_000_000_000, _MAX_INT32).map(str), excluding)
