"""The JSON Schema of the targets file, composed of a base schema and the schemas of each API's own keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, SchemaError

from .errors import ContractError
from .places import at, below, objects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

__all__ = ["TargetKeys", "targets_schema"]


@dataclass(frozen=True, slots=True)
class TargetKeys:
    """The schemas of the keys that the targets of one API have."""

    #: The beginning of the API's paths, such as `/v3`; a base URL ends before it.
    served_before: str
    #: The JSON Schema (2020-12) of `fixtures`; a `$ref` that begins with `#` points into this schema.
    fixtures: Mapping[str, Any]
    #: The JSON Schema (2020-12) of `provision`, with the same meaning of `$ref`.
    provision: Mapping[str, Any]

    def check(self) -> None:
        """Raise `ContractError` if one of the schemas is not a JSON Schema, or has a `$ref` that leads nowhere."""
        for key in ("fixtures", "provision"):
            schema = getattr(self, key)
            try:
                Draft202012Validator.check_schema(schema)
            except SchemaError as error:
                raise ContractError(f"the schema of `{key}` is not a JSON Schema: {error.message}") from error
            for _, node in objects(schema):
                if isinstance(reference := node.get("$ref"), str) and not _leads_somewhere(reference, schema):
                    raise ContractError(f"the schema of `{key}` has a `$ref` that leads nowhere: {reference}")

    @classmethod
    def read(cls, folder: Traversable, *, served_before: str) -> TargetKeys:
        """Read `fixtures.schema.json` and `provision.schema.json` in `folder`."""
        return cls(served_before, _schema(folder / "fixtures.schema.json"), _schema(folder / "provision.schema.json"))


def targets_schema(apis: Mapping[str, TargetKeys]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a targets file for these APIs, as a copy that the caller owns.

    It describes the file after every `${VAR}` has been resolved, so identifiers and limits may be numbers or text.
    """
    schema = _schema(resources.files(__package__).joinpath("schemas", "targets.schema.json"))
    target = schema["$defs"]["target"]
    target["properties"]["api"]["enum"] = list(apis)
    places = " or ".join(f"{keys.served_before} ({api})" for api, keys in apis.items())
    target["properties"]["base_url"]["description"] = f"Where the API is served: the part of the URL before {places}."
    target["allOf"] = [*(_branch(api) for api in apis), *target["allOf"]]
    for api, keys in apis.items():
        for key in ("fixtures", "provision"):
            name = _definition(api, key)
            schema["$defs"][name] = _embedded(getattr(keys, key), below("#/$defs", name))
    return schema


def _leads_somewhere(reference: str, schema: Mapping[str, Any]) -> bool:
    """Whether a reference is a pointer to a part of `schema`; other references cannot be embedded."""
    try:
        at(schema, reference.removeprefix("#"))
    except (LookupError, TypeError, ValueError):
        return False
    return reference == "#" or reference.startswith("#/")


def _branch(api: str) -> dict[str, Any]:
    """Return the schema that checks two keys of a target of one API against the API's own schemas."""
    keys = {key: {"$ref": below("#/$defs", _definition(api, key))} for key in ("fixtures", "provision")}
    return {"if": {"properties": {"api": {"const": api}}, "required": ["api"]}, "then": {"properties": keys}}


def _definition(api: str, key: str) -> str:
    return f"{api}{key.capitalize()}"


def _embedded(node: Any, place: str) -> Any:
    """Return a copy of a schema for `place` of another schema; its local references point to that place."""
    if isinstance(node, list):
        return [_embedded(part, place) for part in node]
    if not hasattr(node, "items"):
        return node
    copied = {key: _embedded(part, place) for key, part in node.items() if key != "$schema"}
    reference = copied.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        copied["$ref"] = place + reference.removeprefix("#")
    return copied


def _schema(file: Traversable) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
