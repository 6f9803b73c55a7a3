"""Read a document of OpenAPI 3.0 as one of 3.1, whose schemas are JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

from .structure import DATA, DOCUMENT, SCHEMA, kind_of, reference_in


def as_3_1(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as one of OpenAPI 3.1 that means the same; one of 3.1 is returned as it is.

    `nullable` becomes a type, and a boolean `exclusiveMinimum` or `exclusiveMaximum` a number. What stands beside a
    `$ref` is left out, because 3.0 ignores it.
    """
    if not str(document.get("openapi", "")).startswith("3.0"):
        return document
    return {**_upgraded(document, DOCUMENT), "openapi": "3.1.0"}


def _upgraded(node: Any, kind: str) -> Any:
    if (reference := reference_in(node, kind)) is not None:
        return {"$ref": reference}
    if isinstance(node, list):
        return [_upgraded(value, kind[1:-1] if kind[:1] == "[" else DATA) for value in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _upgraded(value, kind_of(key, kind)) for key, value in node.items()}
    return _as_json_schema(copied) if kind == SCHEMA else copied


def _as_json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) is True and "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = [*types, *({"null": None} if "null" not in types else {})]
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    return schema
