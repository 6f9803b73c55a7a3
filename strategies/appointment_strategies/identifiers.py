"""Strategies for well-formed ids and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from appointment_strategies.model import ALIASES, Api

if TYPE_CHECKING:
    from collections.abc import Collection

_LETTERS_AND_DIGITS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_SUFFIX_LENGTHS: Final = (9, 14)
_MAX_INT64: Final = 2**63 - 1
_MAX_INT32: Final = 2**31 - 1


def types() -> st.SearchStrategy[str]:
    """Return a strategy for the aliases a link may have. Shrinks to `profile`."""
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


def appointment_ids(api: Api) -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids of `api`, as path text.

    They are anybody's ids: a server may hold an appointment under them. For a request that may succeed take the ids
    of fixtures, and for one that may not `absent_appointment_ids`. Raises InvalidArgument for an unknown api.
    """
    _check_api(api)
    if api == "omneo":
        return st.integers(1, _MAX_INT64).map(str)
    shortest, longest = _SUFFIX_LENGTHS
    return st.text(_LETTERS_AND_DIGITS, min_size=shortest, max_size=longest).map("apt_{}".format)


def absent_appointment_ids(api: Api, *, excluding: Collection[str] = ()) -> st.SearchStrategy[str]:
    """Return a strategy for well-formed appointment ids that no server of `api` holds, none of them in `excluding`.

    Omneo counts its appointments, so these are the last ones that fit in signed 32 bits: no count gets there, and no
    column is too narrow to look them up. Those of MijnKlantportaal are longer than any it gives out.
    Raises InvalidArgument for an unknown api, or for text given as `excluding`.
    """
    _check_api(api)
    if isinstance(excluding, str):
        raise InvalidArgument(f"{excluding=} is text, expected a collection of ids")
    if api == "omneo":
        ids = st.integers(2_000_000_000, _MAX_INT32).map(str)
    else:
        ids = st.text(_LETTERS_AND_DIGITS, min_size=24, max_size=32).map("apt_absent{}".format)
    return ids.filter(lambda identifier: identifier not in excluding) if excluding else ids


def _check_api(api: str) -> None:
    if api not in get_args(Api):
        raise InvalidArgument(f"{api=} is unknown, expected one of {', '.join(map(repr, get_args(Api)))}")
