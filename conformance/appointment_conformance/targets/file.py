"""The targets file: YAML, checked against its JSON Schema, variables resolved, problems named with line and remedy."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from appointment_conformance.errors import ConfigurationError
from appointment_specs import targets_schema

from .admission import admitted
from .complaint import first_complaint, suggestion
from .target import Target
from .variables import resolve
from .yaml_text import YamlText, parse


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Check a pattern as ECMA-262 reads it: to Python `$` stands before a line end at the end, too."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError("the pattern does not match")


Strict = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # stubs without types


def read_targets(path: Path, names: Iterable[str], environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Return the targets called `names`, or all of them in the file's order where `names` is empty.

    The shape of the whole file is checked, but only the variables of the chosen targets have to be set.
    Raises ConfigurationError for an unreadable file, text that is not YAML, an unknown or duplicate key, a wrong
    value, an unknown target, an unset variable, or a target that may not be judged.
    """
    text = parse(_read(path), name=str(path))
    _validate(text, text.data, path)
    entries = text.data["targets"]
    chosen = tuple(dict.fromkeys(names)) or tuple(entries)
    for name in chosen:
        _refuse_unknown(name, entries, path)
    resolved = {name: resolve(entries[name], environ, place=f"{path}: targets.{name}") for name in chosen}
    _validate(text, {"targets": resolved}, path)
    return tuple(_target(path, name, entry) for name, entry in resolved.items())


def names_in(path: Path) -> tuple[str, ...]:
    """Return the names of the targets in a file, whatever else may be wrong with it.

    Raises ConfigurationError for an unreadable file and for text that is not YAML.
    """
    data = parse(_read(path), name=str(path)).data
    entries = data.get("targets") if isinstance(data, dict) else None
    return tuple(name for name in entries if isinstance(name, str)) if isinstance(entries, dict) else ()


def deviations_path(path: Path, name: str, environ: Mapping[str, str]) -> Path:
    """Return where the known deviations of the target called `name` stand, whether there is such a file yet or not.

    Only variables in that path have to be set. Raises ConfigurationError as `read_targets` does, and where the target
    names no such file.
    """
    text = parse(_read(path), name=str(path))
    _validate(text, text.data, path)
    entries = text.data["targets"]
    _refuse_unknown(name, entries, path)
    if "deviations" not in entries[name]:
        raise ConfigurationError(f"{path}: targets.{name} lacks the key `deviations`; add `deviations: {name}.yaml`.")
    place = f"{path}: targets.{name}.deviations"
    return path.parent / str(resolve(entries[name]["deviations"], environ, place=place))


def _target(path: Path, name: str, entry: dict[str, Any]) -> Target:
    place = f"{path}: targets.{name}"
    for key in ("base_url", "proxy"):
        _refuse_unreadable(entry.get(key), f"{place}.{key}")
    target = Target.from_dict(name, entry)
    for key, ids in _families(target).items():
        _refuse_twins(ids, f"{place}.fixtures.{key}")
    return _beside(path, admitted(target))


def _families(target: Target) -> dict[str, tuple[str, ...]]:
    """The ids among which each has to be another record, by the key that is to be mended."""
    fixtures = target.fixtures
    appointments = (*fixtures.appointments, *fixtures.pending_appointments)
    return {
        "profiles": tuple(profile.lower() for profile in fixtures.profiles),
        "lists": fixtures.lists,
        "appointments": appointments,
        "absent_appointment": (*set(appointments), *filter(None, [fixtures.absent_appointment])),
        "foreign_appointments": (*{*appointments, target.absent_appointment}, *fixtures.foreign_appointments),
    }


def _refuse_twins(ids: tuple[str, ...], place: str) -> None:
    twin = next((one for number, one in enumerate(ids) if one in ids[:number]), None)
    if twin is not None:
        raise ConfigurationError(f"{place}: {twin} stands in the fixtures twice; each has to be another record.")


def _refuse_unreadable(url: str | None, place: str) -> None:
    try:
        parts = urlsplit(url or "")
        # As far as HTTP's basic credentials go.
        unquote(url or "").encode("latin-1")
        readable = url is None or (parts.hostname and parts.port != 0)
    except ValueError:
        readable = False
    if not readable:  # The URL is not shown: that of a proxy may hold a password.
        raise ConfigurationError(f"{place} is no URL that can be read; check its host and its port.")


def _refuse_unknown(name: str, entries: Mapping[str, Any], path: Path) -> None:
    if name not in entries:
        raise ConfigurationError(f"{path}: there is no target `{name}`{suggestion(name, entries)}")


def _beside(path: Path, target: Target) -> Target:
    """The target with the files it names found from where the targets file stands. Raises ConfigurationError."""
    found = replace(
        target,
        deviations=path.parent / target.deviations if target.deviations else None,
        ca_file=path.parent / target.ca_file if target.ca_file else None,
    )
    place = f"{path}: targets.{target.name}"
    if found.ca_file:
        _refuse_unusable(found.ca_file, f"{place}.ca_file")
    return found


def _refuse_unusable(ca_file: Path, place: str) -> None:
    try:
        ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:
        reason = "it holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else error.strerror
        raise ConfigurationError(f"{place}: {ca_file} cannot be used: {reason}.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: the targets file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: the targets file is not UTF-8 text (byte {error.start}).") from error


def _validate(text: YamlText, data: Any, path: Path) -> None:
    errors = Strict(targets_schema()).iter_errors(data)
    # A value that still holds a variable is judged once the variable is resolved.
    judged = [error for error in errors if not (isinstance(error.instance, str) and "${" in error.instance)]
    if sentence := first_complaint(judged, text):
        raise ConfigurationError(f"{path}, {sentence}")
