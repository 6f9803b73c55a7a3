"""JSON values and texts for any API with JSON bodies, and texts that are not JSON or that only some parsers read."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCALARS: Final = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)


_JSON = st.recursive(
    SCALARS,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=8,
)
NO_OBJECTS: Final = SCALARS | st.lists(_JSON, max_size=4)


class NotJson(ValueError):  # noqa: N818 - the name describes the bytes, not an error
    """Raised for bytes that are not a JSON text in UTF-8."""


def json_values() -> st.SearchStrategy[object]:
    """Return a strategy for the values that a JSON text can have. Shrinks to null."""
    return _JSON


def value_of(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8. Raises NotJson for any other bytes."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotJson(f"{raw!r:.200} is not a JSON text in UTF-8") from error


def is_object_text(text: str) -> bool:
    """Return whether a text is the text of a JSON object."""
    try:
        return isinstance(value_of(text.encode()), dict)
    except NotJson:
        return False


def cut_texts(text: str) -> st.SearchStrategy[object]:
    """Return a strategy for the text without its end, as bytes."""
    return st.integers(1, len(text) - 1).map(lambda kept: text[:kept].encode())


def undecodable_texts(text: str) -> st.SearchStrategy[object]:
    """Return a strategy for the text with one byte that is not UTF-8."""
    return st.integers(0, len(text)).map(lambda at: text[:at].encode() + b"\xff" + text[at:].encode())


def _with_duplicate(text: str) -> bytes:
    # The first value is the second one in another case: it is wrong, but no reading of it finds another record.
    name, value = next(iter(json.loads(text).items()))
    return f'{{"{name}":{json.dumps(value.capitalize())},{text[1:]}'.encode()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")


#: A parser may accept more than JSON (RFC 8259, section 9), and common parsers do. Each entry changes a JSON text so.
TOLERATED: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    {
        "duplicate-keys": _with_duplicate,
        "trailing-comma": lambda text: f"{text[:-1]},}}".encode(),
        "single-quotes": lambda text: text.replace('"', "'").encode(),
        "trailing-text": lambda text: f"{text}x".encode(),
    }
)
