"""The JSON Schema of a targets file as its author writes it, with variables in it: the form that an editor checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Matches text that contains an expression such as `${VAR}`.
_EXPRESSION: Final = r"\$\{"
#: Keywords whose schemas are about names, decide which other schema applies, or must not hold.
_KEPT: Final = frozenset({"if", "not", "propertyNames"})


def written_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of `schema` that accepts text with an expression in place of each text that it describes.

    `schema` itself describes the file after every expression has been resolved.
    """
    copied = {key: value if key in _KEPT else _copy(value) for key, value in schema.items()}
    if isinstance(pattern := copied.get("pattern"), str):
        copied["pattern"] = f"(?:{pattern})|{_EXPRESSION}"
    if isinstance(values := copied.get("enum"), list) and "anyOf" not in copied:
        del copied["enum"]
        copied["anyOf"] = [{"enum": values}, {"type": "string", "pattern": _EXPRESSION}]
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return written_schema(value)
    return [_copy(part) for part in value] if isinstance(value, list) else value
