"""A new target, and the text of a commented targets file with it. A token is in it as the name of a variable only."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from appointment_specs import targets_schema

from .form import TargetForm
from .target import TOKENS

#: The name of the file with the JSON Schema, beside the targets file, so that an editor needs no network.
SCHEMA_FILE: Final = "targets.schema.json"
_HEAD: Final = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
# The targets to judge. Secrets stay in environment variables: ${{NAME}}.
# To use an optional key, remove the `#` before it, and give it a value.
targets:
"""
_MAX_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """The settings of a new target, before they are written to a file."""

    name: str
    form: TargetForm
    base_url: str
    #: Key of a token -> the environment variable that holds it.
    variables: Mapping[str, str]
    #: Key in `fixtures` -> its value.
    fixtures: Mapping[str, Any]
    #: The value of `provision`; None if the target has no such key.
    provision: Any = None
    #: Any other key of the target -> its value.
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entry(self) -> dict[str, Any]:
        """The target as it is written in a targets file."""
        optional = {"fixtures": self.fixtures or None, "provision": self.provision}
        tokens = {key: f"${{{variable}}}" for key, variable in self.variables.items()}
        given = {key: value for key, value in optional.items() if value is not None}
        return {"api": self.form.api, "base_url": self.base_url, **tokens, **self.settings, **given}

    @property
    def text(self) -> str:
        """A targets file with this target; every key has its description, and the keys without a value are comments."""
        schemas = targets_schema({self.form.api: self.form.keys})["$defs"]["target"]["properties"]
        for key, schema in (("fixtures", self.form.fixtures_schema), ("provision", self.form.provision_schema)):
            schemas[key] = {**schema, **schemas[key]}
        examples = {key: f"${{{variable_for(self.name, key)}}}" for key in TOKENS}
        lines = _lines(self.entry, schemas, examples, " " * 4)
        return f"{_HEAD}  {_written(self.name)}:\n" + "".join(f"{line}\n" for line in lines)


def variable_for(name: str, key: str) -> str:
    """Return the name of the environment variable that is proposed for a key of the target called `name`."""
    words = re.sub(r"[^A-Z0-9]+", "_", f"{name}_{key}".upper()).strip("_")
    return words if words[0].isalpha() else f"TARGET_{words}"


def _lines(
    values: Mapping[str, Any], schemas: Mapping[str, Any], examples: Mapping[str, str], indent: str
) -> Iterator[str]:
    """Yield the lines of a mapping: the keys with a value, then the other keys of its schema as comments."""
    for key in (*values, *(key for key in schemas if key not in values)):
        schema = schemas.get(key, {})
        wide = _MAX_COLUMNS - len(indent)
        yield from (f"{indent}# {line}" for line in textwrap.wrap(schema.get("description", ""), wide))
        if key not in values:
            yield f"{indent}# {key}: {examples.get(key) or _example(schema)}".rstrip()
        elif isinstance(values[key], Mapping):
            yield f"{indent}{_written(key)}:"
            yield from _lines(values[key], schema.get("properties", {}), {}, f"{indent}  ")
        else:
            yield f"{indent}{_written(key)}: {_written(values[key])}"


def _example(schema: Mapping[str, Any]) -> str:
    """Return a value that fits a schema, if the schema names one; the first of several is the default."""
    if "enum" in schema:
        return str(schema["enum"][0])
    return "true" if schema.get("type") == "boolean" else ""


def _written(value: Any) -> str:
    """Return a value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=sys.maxsize, allow_unicode=True, sort_keys=False)
    # The library ends a document that is a plain scalar with a line of dots.
    return text.removesuffix("...\n").rstrip("\n")
