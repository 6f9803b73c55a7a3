"""The part of a document that is about the operations under judgement: these, and whatever they refer to."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from .errors import ContractError
from .places import METHODS, at, below
from .structure import DOCUMENT, SCHEMA, kind_of, reference_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .operation import Operation

    Document = dict[str, Any]


def judged_part(document: Mapping[str, Any], operations: Iterable[Operation]) -> Document:
    """Return a document of one file without the operations that are not judged, and without what only those need.

    Security schemes, which are referred to by their names, all stay; an operation that the document does not have is
    left out. Raises `ContractError` for a `$ref` that leads nowhere or to itself.
    """
    needed = _needed(document, operations)
    part = {key: value for key, value in document.items() if key not in {"paths", "components", "webhooks"}}
    part["paths"] = {path: kept for path, item in _members(document, "paths") if (kept := _kept(item, needed, path))}
    part["components"] = {
        section: kept
        for section, held in _members(document, "components")
        if (kept := held if section == "securitySchemes" else _kept(held, needed, section, "components"))
    }
    return part


def _members(node: Any, key: str) -> Iterable[tuple[str, Any]]:
    held = node.get(key)
    return held.items() if isinstance(held, dict) else ()


def _kept(held: Any, needed: frozenset[str], name: str, above: str = "paths") -> Document:
    place = below("", above, name)
    members = held.items() if isinstance(held, dict) else ()
    return {key: value for key, value in members if below(place, key) in needed}


def _needed(document: Mapping[str, Any], operations: Iterable[Operation]) -> frozenset[str]:
    """Return the pointers of the operations, and of each component or operation that these refer to."""
    seen: dict[str, None] = {}
    waiting = [place for operation in operations for place in _places_of(document, operation)]
    schemes = _members(document.get("components") or {}, "securitySchemes")
    waiting += [below("/components/securitySchemes", name) for name, _ in schemes]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen[place] = None
            for reference, kind in _references(at(document, place), _kind_at(place)):
                _check(document, reference, kind)
                waiting.append(_unit_of(reference.removeprefix("#")))
    return frozenset(seen)


def _places_of(document: Mapping[str, Any], operation: Operation) -> Iterator[str]:
    """Yield the pointers of an operation, and of what its path item says of each of its operations."""
    item = dict(_members(document, "paths")).get(operation.path)
    method = operation.method.lower()
    if isinstance(item, dict) and isinstance(item.get(method), dict):
        yield from (below("/paths", operation.path, key) for key in item if key == method or key not in METHODS)


def _unit_of(pointer: str) -> str:
    """Return the pointer of the component, or of the member of a path item, that a place is in."""
    return "/".join(pointer.split("/")[:4])


def _kind_at(pointer: str) -> str:
    steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    return reduce(lambda kind, step: kind_of(step, kind), steps, DOCUMENT)


def _check(document: Mapping[str, Any], reference: str, kind: str) -> None:
    """Raise `ContractError` if a reference leads nowhere, or through others to itself."""
    seen: list[str] = []
    further: str | None = reference
    while further is not None:
        if further in seen:
            raise ContractError(f"the `$ref` {reference} leads to itself")
        seen.append(further)
        try:
            further = reference_in(at(document, further.removeprefix("#")), kind)
        except (LookupError, TypeError, ValueError) as error:
            raise ContractError(f"the `$ref` {further} leads nowhere") from error


def _references(node: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Yield each reference of an object of a kind, with the kind of what it refers to."""
    if (reference := reference_in(node, kind)) is not None:
        yield reference, kind
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _references(value, kind_of(key, kind))
        yield from ((text, kind) for text in _mapped(node, kind))
    elif isinstance(node, list) and kind[:1] == "[":
        for value in node:
            yield from _references(value, kind[1:-1])


def _mapped(node: Mapping[str, Any], kind: str) -> Iterator[str]:
    """Yield the references by which the discriminator of a schema names other schemas."""
    discriminator = node.get("discriminator") if kind == SCHEMA else None
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for text in mapping.values() if isinstance(mapping, dict) else ():
        if isinstance(text, str) and text.startswith("#/"):
            yield text
