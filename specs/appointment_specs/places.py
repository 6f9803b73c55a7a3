"""Places in an OpenAPI document, each named by its JSON Pointer (RFC 6901)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Node = Mapping[str, Any]

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


class Operation(NamedTuple):
    """One operation: its pointer, its path template and its Operation Object."""

    place: str
    path: str
    node: Node


def operations(document: Node) -> Iterator[Operation]:
    """Yield every operation of the document, in the order written."""
    for path, item in document.get("paths", {}).items():
        for method in item:
            if method in METHODS:
                yield Operation(below("/paths", path, method), path, item[method])


def objects(node: Any, place: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every object in `node` with its pointer, parents before children."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            yield from objects(value, below(place, str(key)))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from objects(value, below(place, str(position)))


def members(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield pointer, name and schema of every property in the component schemas."""
    for place, node in objects(document.get("components", {}).get("schemas", {}), "/components/schemas"):
        properties = node.get("properties")
        if isinstance(properties, dict):
            for name, schema in properties.items():
                yield below(place, "properties", name), name, schema


def response_schemas(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield pointer and schema of each component schema that a response refers to, also through others, once."""
    seen: set[str] = set()
    waiting = [
        (operation.place + "/responses", operation.node.get("responses", {})) for operation in operations(document)
    ]
    while waiting:
        place, start = waiting.pop(0)
        if place.startswith("/components/schemas/"):
            yield place, start
        for _, node in objects(start, place):
            pointer = str(node.get("$ref", "")).removeprefix("#")
            if pointer and pointer not in seen:
                seen.add(pointer)
                waiting.append((pointer, at(document, pointer)))


def resolved(document: Node, node: Node) -> Node:
    """Return what the local `$ref` of `node` refers to, also through others, or `node` itself without one."""
    while "$ref" in node:
        node = at(document, node["$ref"].removeprefix("#"))
    return node


def at(document: Node, pointer: str) -> Any:
    """Return the value at `pointer`. Raises `KeyError` if there is none."""
    node: Any = document
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def below(place: str, *steps: str) -> str:
    """Return the pointer of a descendant of `place`."""
    return "/".join((place, *(step.replace("~", "~0").replace("/", "~1") for step in steps)))
