"""Read what a user answers about a new target: the values of keys whose form an API's JSON Schema describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appointment_conformance.errors import ConfigurationError
from appointment_specs.places import resolved

from .complaint import complaint
from .file import FORMATS, Strict
from .form import TargetForm
from .yaml_text import YamlText, parse


@dataclass(frozen=True, slots=True)
class FixtureKey:
    """One key of `fixtures` of an API."""

    name: str
    description: str
    is_required: bool
    #: Whether its value is a list; an answer has its entries with commas between them.
    is_list: bool


def fixture_keys(form: TargetForm) -> tuple[FixtureKey, ...]:
    """Return the keys of `fixtures`, the required ones first."""
    schema = form.fixtures_schema
    keys = [
        FixtureKey(name, key.get("description", ""), name in schema.get("required", ()), _is_list(schema, key))
        for name, key in schema.get("properties", {}).items()
    ]
    return tuple(sorted(keys, key=lambda key: not key.is_required))


def read_fixture(form: TargetForm, key: FixtureKey, answer: str) -> Any:
    """Return the value that an answer gives to a key of `fixtures`. Raises ConfigurationError."""
    is_bare = key.is_list and not answer.strip().startswith("[")
    value = read_value(f"[{answer}]" if is_bare else answer, f"fixtures.{key.name}")
    schema = {name: part for name, part in form.fixtures_schema.items() if name != "required"}
    error = next(iter(Strict(schema, format_checker=FORMATS).iter_errors({key.name: value})), None)
    if error is not None:
        raise ConfigurationError(complaint(error, YamlText({key.name: value}, {}))[1])
    return value


def read_value(answer: str, name: str) -> Any:
    """Return the value of a text in YAML. Raises ConfigurationError with a sentence that begins with `name`."""
    return parse(answer, name=name).data


def _is_list(schema: Any, key: Any) -> bool:
    return bool(resolved(schema, key).get("type") == "array")
