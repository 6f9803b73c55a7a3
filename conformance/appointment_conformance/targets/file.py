"""The targets file: YAML, checked against its JSON Schema, variables resolved, problems named with line and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from appointment_conformance.errors import ConfigurationError
from appointment_specs import targets_schema

from .complaint import complaint, suggestion
from .target import Target
from .variables import resolve
from .yaml_text import YamlText, parse


def read_targets(path: Path, names: Iterable[str], environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Return the targets called `names`, or all of them in the file's order where `names` is empty.

    The shape of the whole file is checked, but only the variables of the chosen targets have to be set.
    Raises ConfigurationError for an unreadable file, text that is not YAML, an unknown or duplicate key, a wrong
    value, an unknown target or an unset variable.
    """
    text = parse(_read(path), name=str(path))
    _validate(text, text.data, path)
    entries = text.data["targets"]
    chosen = tuple(dict.fromkeys(names)) or tuple(entries)
    for name in chosen:
        if name not in entries:
            raise ConfigurationError(f"{path}: there is no target `{name}`{suggestion(name, entries)}")
    resolved = {name: resolve(entries[name], environ, place=f"{path}: targets.{name}") for name in chosen}
    _validate(text, {"targets": resolved}, path)
    return tuple(Target.from_dict(name, entry) for name, entry in resolved.items())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: the targets file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: the targets file is not UTF-8 text (byte {error.start}).") from error


def _validate(text: YamlText, data: Any, path: Path) -> None:
    errors = Draft202012Validator(targets_schema()).iter_errors(data)
    # A value that still holds a variable is judged once the variable is resolved.
    judged = [error for error in errors if not (isinstance(error.instance, str) and "${" in error.instance)]
    if not judged:
        return
    # A mistyped key is both unknown and missing; the first says what was typed.
    first = min(
        judged,
        key=lambda error: (
            error.validator != "additionalProperties",
            text.line(tuple(error.absolute_path)),
            error.message,
        ),
    )
    place, sentence = complaint(first)
    raise ConfigurationError(f"{path}, line {text.line(place)}: {sentence}")
