"""The structure of an OpenAPI document: which places hold which kind of object, and which hold data of the author."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .places import below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The kind of a document, where every walk begins.
DOCUMENT: Final = "document"
SCHEMA: Final = "schema"
#: The kind of a place whose content is data, such as an example: a `$ref` in it is a member like any other.
DATA: Final = ""

#: The section of `components` for each kind that can be shared.
SECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        SCHEMA: "schemas",
        "response": "responses",
        "parameter": "parameters",
        "example": "examples",
        "requestBody": "requestBodies",
        "header": "headers",
        "securityScheme": "securitySchemes",
        "link": "links",
        "callback": "callbacks",
    }
)

#: The members of the objects that say what something is called, means or looks like, and demand nothing.
PROSE: Final = frozenset(
    {"description", "summary", "title", "example", "examples", "externalDocs", "tags", "operationId", "$comment"}
)

_PARAMETER: Final = {"schema": SCHEMA, "content": "{mediaType}", "examples": "{example}"}
#: Kind -> member -> kind of its value; `{kind}` is a map of it, `[kind]` a list, and the member `*` is any other one.
_MEMBERS: Final[Mapping[str, Mapping[str, str]]] = {
    DOCUMENT: {"paths": "{pathItem}", "webhooks": "{pathItem}", "components": "components"},
    "components": {**{section: f"{{{kind}}}" for kind, section in SECTIONS.items()}, "pathItems": "{pathItem}"},
    "pathItem": {
        "parameters": "[parameter]",
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace"), "operation"),
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "requestBody",
        "responses": "{response}",
        "callbacks": "{callback}",
    },
    "callback": {"*": "pathItem"},
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "requestBody": {"content": "{mediaType}"},
    "response": {"headers": "{header}", "content": "{mediaType}", "links": "{link}"},
    "mediaType": {"schema": SCHEMA, "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    SCHEMA: {
        **dict.fromkeys(
            ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), f"{{{SCHEMA}}}"
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), f"[{SCHEMA}]"),
        **dict.fromkeys(
            (
                *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
                *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
            ),
            SCHEMA,
        ),
    },
}


def kind_of(member: str, kind: str) -> str:
    """Return the kind of the value that a member has in an object of a kind; `DATA` for what has no structure."""
    if kind[:1] in {"{", "["}:
        return kind[1:-1]
    known = _MEMBERS.get(kind, {})
    return known.get(member, DATA if member.startswith("x-") else known.get("*", DATA))


def reference_in(node: object, kind: str) -> str | None:
    """Return the `$ref` of an object of a kind; None where it has none, and for data."""
    reference = node.get("$ref") if isinstance(node, dict) and kind != DATA else None
    return reference if isinstance(reference, str) else None


def schemas_in(node: Any, kind: str = DOCUMENT, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield pointer and content of every schema that is not a part of another one."""
    if kind == SCHEMA:
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from schemas_in(value, kind_of(key, kind), below(place, key))
    elif isinstance(node, list) and kind[:1] == "[":
        for position, value in enumerate(node):
            yield from schemas_in(value, kind[1:-1], below(place, str(position)))
