"""What differs between two documents in the operations under judgement, once references are followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, Literal, NamedTuple

from .errors import ContractError
from .operation import Operation
from .places import at, below
from .structure import DATA, PROSE, SCHEMA, kind_of, reference_in
from .version_3_1 import as_3_1, without_ignored

__all__ = ["Difference", "differences"]

Document = Mapping[str, Any]
#: No more differences are looked for, and no more objects are compared: references can unfold to any number of them.
MAX_DIFFERENCES: Final = 500
MAX_COMPARED: Final = 200_000
#: The members of an operation that are compared as they are.
_OPERATION: Final = frozenset({"requestBody", "responses", "callbacks", "deprecated"}) | PROSE
#: The lists that stand for sets, of values and of schemas.
_SETS: Final = frozenset({"required", "enum", "type", "security"})
_BRANCHES: Final = frozenset({"allOf", "anyOf", "oneOf"})
#: The values by which a member says nothing, by the kind of the object that has it.
_DEFAULTS: Final[Mapping[str, Mapping[str, tuple[object, ...]]]] = {
    SCHEMA: {
        "additionalProperties": (True, {}),
        "required": ([],),
        "deprecated": (False,),
        "readOnly": (False,),
        "writeOnly": (False,),
    },
    "operation": {"deprecated": (False,)},
    "parameter": {"required": (False,), "deprecated": (False,), "allowEmptyValue": (False,)},
    "requestBody": {"required": (False,)},
}
_PARAMETER: Final = re.compile(r"\{[^{}/]+\}")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in one operation: where it is, what it is, and what each document has there."""

    operation: str
    #: JSON Pointer into the operation after each `$ref` is replaced by what it leads to. A parameter is at
    #: `/parameters/<in>/<name>`, and `/path` is the path template. Empty for the operation itself.
    place: str
    change: Literal["added", "removed", "changed"]
    #: What the two documents have there; None where one has nothing.
    old: Any
    new: Any
    #: Whether it is in words, names or samples, so that no request and no answer becomes wrong by it.
    is_prose: bool = False


class _Found(NamedTuple):
    """An operation in a document, with its path and its path item."""

    document: Document
    path: str
    item: Document
    node: Document


def differences(old: Document, new: Document, operations: Iterable[Operation]) -> tuple[Difference, ...]:
    """Return what differs from `old` to `new` in `operations`; both are OpenAPI documents of one file.

    What means the same is no difference: another order of members, of `required`, `enum`, `type` and of the branches of
    `allOf`, `anyOf` and `oneOf`; `const` and an `enum` of one value; a `$ref` and what it leads to; a member that has
    its default and a member that is missing; 3.0 and 3.1. Extensions (`x-`) are not compared.

    Raises `ContractError` for a `$ref` that leads nowhere, and for more differences or objects than can be compared.
    """
    documents = as_3_1(without_ignored(old)), as_3_1(without_ignored(new))
    found: list[Difference] = []
    for operation in operations:
        for difference in _of_operation(*documents, operation):
            if len(found) == MAX_DIFFERENCES:
                raise ContractError(f"there are more than {MAX_DIFFERENCES} differences, so it is another document")
            found.append(difference)
    return tuple(found)


def _of_operation(old: Document, new: Document, operation: Operation) -> Iterator[Difference]:
    name = operation.name
    before, after = (_found(document, operation) for document in (old, new))
    if after is None and before is not None:
        yield Difference(name, "", "removed", f"{operation.method} {before.path}", None)
    elif before is None and after is not None:
        yield Difference(name, "", "added", None, f"{operation.method} {after.path}")
    elif before is not None and after is not None:
        if before.path != after.path:
            yield Difference(name, "/path", "changed", before.path, after.path)
        described = _described(before, operation), _described(after, operation)
        yield from _Comparison(name, old, new).differences(*described, "operation", "")


def _found(document: Document, operation: Operation) -> _Found | None:
    """Find an operation by its method and its path, whatever the parameter in the path is called."""
    for path, item in document["paths"].items():
        if _PARAMETER.sub("{}", path) == _PARAMETER.sub("{}", operation.path):
            found = _resolved(document, item, "pathItem").node
            node = found.get(operation.method.lower()) if isinstance(found, dict) else None
            if isinstance(node, dict):
                return _Found(document, path, found, node)
    return None


def _described(found: _Found, operation: Operation) -> dict[str, Any]:
    """Return what an operation says, with the parameters of its path item and the security in effect."""
    kept = {key: value for key, value in found.node.items() if key in _OPERATION}
    return {**kept, "parameters": _parameters(found, operation), "security": _security(found)}


def _parameters(found: _Found, operation: Operation) -> dict[str, dict[str, Any]]:
    """Return the parameters by where they are and by name; the path's only one has the name in `operation`."""
    own = [name.strip("{}") for name in _PARAMETER.findall(found.path)]
    parameters: dict[str, dict[str, Any]] = {}
    for each in (*_objects(found.item.get("parameters")), *_objects(found.node.get("parameters"))):
        parameter = _resolved(found.document, each, "parameter").node
        place, name = str(parameter.get("in")), str(parameter.get("name"))
        name = operation.parameter if place == "path" and own == [name] else name
        kept = {key: value for key, value in parameter.items() if key not in {"name", "in"}}
        parameters.setdefault(place, {})[name] = kept
    return parameters


def _security(found: _Found) -> list[str]:
    """Return the ways to send credentials in words, such as `http bearer`, whatever the schemes are called."""
    components = found.document.get("components", {})
    schemes = components.get("securitySchemes", {}) if isinstance(components, dict) else {}
    ways = _objects(found.node.get("security", found.document.get("security")))
    return [" and ".join(_way(found.document, schemes.get(name), way[name]) for name in sorted(way)) for way in ways]


def _way(document: Document, scheme: Any, scopes: Any) -> str:
    node = _resolved(document, scheme, "securityScheme").node
    told = [node.get(key) for key in ("type", "scheme", "in", "name")] if isinstance(node, dict) else ["unknown"]
    named = sorted(map(str, scopes)) if isinstance(scopes, list) else []
    return " ".join([*(str(part) for part in told if part), *named])


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


class _Resolved(NamedTuple):
    """What a node leads to by its `$ref`, or by an `allOf` of one schema, and the references on the way."""

    node: Any
    references: tuple[str, ...]


def _resolved(document: Document, node: Any, kind: str) -> _Resolved:
    seen: list[str] = []
    words: dict[str, Any] = {}
    also: list[Any] = []
    while True:
        if (only := _only_branch(node, kind)) is not None:
            words = {**{key: value for key, value in node.items() if key != "allOf"}, **words}
            node = only
            continue
        if (reference := reference_in(node, kind)) is None:
            break
        if reference in seen:
            raise ContractError(f"the `$ref` {reference} leads to itself")
        seen.append(reference)
        words = {**{key: value for key, value in node.items() if key in PROSE}, **words}
        # What stands beside a reference is demanded in addition, as by a branch of `allOf`.
        also += [rest] if (rest := {key: node[key] for key in node if key not in {"$ref", *PROSE}}) else []
        try:
            node = at(document, reference.removeprefix("#"))
        except (LookupError, TypeError, ValueError) as error:
            raise ContractError(f"the `$ref` {reference} leads nowhere") from error
    if not isinstance(node, dict):
        return _Resolved(node, tuple(seen))
    branches = {"allOf": [*node.get("allOf", ()), *also]} if also and kind == SCHEMA else {}
    return _Resolved({**node, **words, **branches}, tuple(seen))


def _only_branch(node: Any, kind: str) -> Any:
    """Return the schema that another one consists of, apart from its words: 3.0 allows none beside a `$ref`."""
    branches = node.get("allOf") if kind == SCHEMA and isinstance(node, dict) else None
    is_only = isinstance(branches, list) and len(branches) == 1 and {*node} <= {"allOf", *PROSE}
    return branches[0] if is_only and branches else None


class _Comparison:
    """Walks through two documents side by side, from one operation on."""

    def __init__(self, operation: str, old: Document, new: Document) -> None:
        self._operation, self._old, self._new = operation, old, new
        #: The references that lead to what is being compared; a recursive schema comes back to such a pair.
        self._open: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self._left = MAX_COMPARED

    def differences(self, old: Any, new: Any, kind: str, place: str) -> Iterator[Difference]:
        """Yield the differences between two nodes of a kind at one place."""
        before, after = _resolved(self._old, old, kind), _resolved(self._new, new, kind)
        references = before.references, after.references
        if all(references) and references in self._open:
            return
        self._left -= 1
        if self._left < 0:
            raise ContractError("the documents have too many objects to compare, once references are followed")
        self._open.append(references)
        try:
            yield from self._between(_meaning(before.node, kind), _meaning(after.node, kind), kind, place)
        finally:
            self._open.remove(references)

    def _between(self, old: Any, new: Any, kind: str, place: str) -> Iterator[Difference]:
        last = place.rpartition("/")[2]
        if isinstance(old, dict) and isinstance(new, dict) and kind != DATA:
            for key in dict.fromkeys((*old, *new)):
                yield from self._of_member(key, old.get(key, _ABSENT), new.get(key, _ABSENT), kind, place)
        elif isinstance(old, list) and isinstance(new, list) and kind[:1] == "[":
            for position, before, after in self._pairs(old, new, kind[1:-1], last):
                yield from self._of_member(str(position), before, after, kind, place)
        elif not _same(old, new, last):
            yield self._difference(place, old, new)

    def _of_member(self, key: str, old: Any, new: Any, kind: str, place: str) -> Iterator[Difference]:
        is_named = kind[:1] not in {"{", "["}
        kind_below = _kind_below(key, kind)
        if is_named and key in PROSE:
            if old is _ABSENT or new is _ABSENT or _text(old) != _text(new):
                yield self._difference(below(place, key), old, new, is_prose=True)
        elif old is _ABSENT or new is _ABSENT:
            whole = (
                node if node is _ABSENT else _resolved(document, node, kind_below).node
                for document, node in ((self._old, old), (self._new, new))
            )
            yield self._difference(below(place, key), *whole)
        elif not (is_named and key.startswith("x-")):
            yield from self.differences(old, new, kind_below, below(place, key))

    def _pairs(self, old: list[Any], new: list[Any], kind: str, last: str) -> Iterator[tuple[int, Any, Any]]:
        """Yield what to compare in two lists; of branches, which have no order, only those without an equal one."""
        if last in _BRANCHES:
            old, new = list(old), list(new)
            for before in tuple(old):
                same = [after for after in new if next(self.differences(before, after, kind, ""), None) is None]
                if same:
                    old.remove(before)
                    new.remove(same[0])
        for position, (before, after) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield position, before, after

    def _difference(self, place: str, old: Any, new: Any, *, is_prose: bool = False) -> Difference:
        if old is _ABSENT:
            return Difference(self._operation, place, "added", None, new, is_prose)
        if new is _ABSENT:
            return Difference(self._operation, place, "removed", old, None, is_prose)
        return Difference(self._operation, place, "changed", old, new, is_prose)


def _kind_below(key: str, kind: str) -> str:
    # What was made of an operation has its parameters in maps, and its security in words.
    return "{{parameter}}" if (kind, key) == ("operation", "parameters") else kind_of(key, kind)


def _meaning(node: Any, kind: str) -> Any:
    """Return a node without what says nothing, and with one spelling for what can be written in several ways."""
    if not isinstance(node, dict):
        return node
    defaults = _DEFAULTS.get(kind, {})
    kept = {key: value for key, value in node.items() if value not in defaults.get(key, ()) or key not in defaults}
    if kind == SCHEMA and "const" in kept:
        kept["enum"] = [kept.pop("const")]
    if kind == SCHEMA and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"]]
    return kept


def _same(old: Any, new: Any, last: str) -> bool:
    if last in _SETS and isinstance(old, list) and isinstance(new, list):
        return sorted(map(_text, old)) == sorted(map(_text, new))
    return _text(old) == _text(new)


def _text(value: Any) -> str:
    """Return a text that is the same for values that are the same in JSON."""
    return json.dumps(value, sort_keys=True)
