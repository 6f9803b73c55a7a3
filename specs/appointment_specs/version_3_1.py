"""Read a document of OpenAPI 3.0 as one of 3.1, whose schemas are JSON Schema 2020-12."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .structure import DATA, DOCUMENT, SCHEMA, kind_of, reference_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Document = dict[str, Any]
    Change = Callable[[Document, str], Document]


def without_ignored(document: Mapping[str, Any]) -> Document:
    """Return a document without what its version ignores: in 3.0 whatever stands beside a `$ref`."""
    return _changed(document, _reference_alone) if _is_3_0(document) else dict(document)


def as_3_1(document: Mapping[str, Any]) -> Document:
    """Return a document as one of 3.1: `nullable` becomes a type, a boolean `exclusiveMinimum` (or `Maximum`) a number.

    What stands beside a `$ref` is kept, as an overlay may have added it: `without_ignored` comes before.
    """
    return {**_changed(document, _as_json_schema), "openapi": "3.1.0"} if _is_3_0(document) else dict(document)


def _is_3_0(document: Mapping[str, Any]) -> bool:
    return str(document.get("openapi", "")).startswith("3.0")


def _changed(document: Mapping[str, Any], change: Change) -> Document:
    changed: Document = _walked(dict(document), DOCUMENT, change)
    return changed


def _walked(node: Any, kind: str, change: Change) -> Any:
    if isinstance(node, list):
        return [_walked(value, kind[1:-1] if kind[:1] == "[" else DATA, change) for value in node]
    if not isinstance(node, dict):
        return node
    return change({key: _walked(value, kind_of(key, kind), change) for key, value in node.items()}, kind)


def _reference_alone(node: Document, kind: str) -> Document:
    reference = reference_in(node, kind)
    return node if reference is None else {"$ref": reference}


def _as_json_schema(schema: Document, kind: str) -> Document:
    if kind != SCHEMA:
        return schema
    if schema.pop("nullable", False) is True and "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = list(dict.fromkeys((*types, "null")))
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    return schema
