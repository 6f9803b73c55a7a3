"""A document whose operations are those under judgement, and whose ids are those that may be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from appointment_conformance.errors import ConfigurationError
from appointment_specs import Contract, Operation

#: The format of the ids that may be used.
USABLE_ID: Final = "conformance-usable-id"
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def keep_usable(document: dict[str, Any], contract: Contract) -> None:
    """Remove operations that are not in `contract` from `document`, and give the others ids of the format USABLE_ID.

    Generated cases then are cases that the guard allows, instead of thousands that it refuses. Raises
    ConfigurationError if the document has none of the operations.
    """
    paths: dict[str, Any] = document.get("paths") or {}
    judged = {(operation.path, operation.method.lower()): operation for operation in contract.operations.values()}
    for path, item in list(paths.items()):
        if isinstance(item, dict):
            for method in _METHODS.intersection(item):
                if (path, method) in judged:
                    item[method] = _with_ids(item[method], judged[path, method], document)
                else:
                    del item[method]
            if not _METHODS.intersection(item):
                del paths[path]
    if not paths:
        told = ", ".join(f"{operation.method} {operation.path}" for operation in contract.operations.values())
        raise ConfigurationError(f"the document has none of the operations under judgement: {told}.")


def _with_ids(described: dict[str, Any], operation: Operation, document: Mapping[str, Any]) -> dict[str, Any]:
    others = [entry for entry in described.get("parameters", ()) if not _is_id(entry, operation, document)]
    # Nothing but a text can stand in a path, so this cannot be negated: most such cases would be refused.
    schema = {"type": "string", "format": USABLE_ID}
    parameter = {"name": operation.parameter, "in": "path", "required": True, "schema": schema}
    return {**described, "parameters": [*others, parameter]}


def _is_id(entry: Any, operation: Operation, document: Mapping[str, Any]) -> bool:
    """Whether a parameter, or what it refers to, is the id in the path."""
    reference = entry.get("$ref") if isinstance(entry, dict) else None
    if isinstance(reference, str):
        components = document.get("components", {}).get("parameters", {})
        entry = components.get(reference.rpartition("/")[2])
    return isinstance(entry, dict) and entry.get("in") == "path" and entry.get("name") == operation.parameter
