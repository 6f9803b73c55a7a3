"""The targets file: YAML, checked against its JSON Schema, variables resolved, problems named with line and remedy."""

from __future__ import annotations

import itertools
import re
import ssl
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from appointment_conformance.errors import ConfigurationError

from .address import normal_base_url, normal_proxy
from .admission import admitted
from .complaint import MAX_ERRORS, first_complaint, known_keys, suggestion
from .form import TargetForms
from .source import TargetsText
from .target import Target
from .token_form import FormError, flaw_of
from .variables import holds_variable, literal, resolve
from .yaml_text import YamlText, parse

FORMATS = FormatChecker(())


@FORMATS.checks("bearer-token", raises=FormError)
def _is_token(value: object) -> bool:
    if isinstance(value, str) and (flaw := flaw_of(value)):
        raise FormError(flaw)
    return True


@FORMATS.checks("base-url", raises=FormError)
def _is_base_url(value: object) -> bool:
    return not isinstance(value, str) or bool(normal_base_url(value))


@FORMATS.checks("proxy-url", raises=FormError)
def _is_proxy(value: object) -> bool:
    return not isinstance(value, str) or bool(normal_proxy(value))


@FORMATS.checks("path", raises=FormError)
def _is_path(value: object) -> bool:
    if isinstance(value, str) and re.search(r"[\x00-\x1f\x7f]", value):
        raise FormError("has a control character in it; leave it out")
    return True


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Check a pattern as ECMA-262 reads it: to Python `$` stands before a line end at the end, too."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError("the pattern does not match")


def _unique(_: Any, wanted: object, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Check that no entry stands in a list twice, in time that grows as the list does; lists here hold ids."""
    if wanted and isinstance(instance, list):
        shown = [(type(one), str(one)) for one in instance]
        if len(set(shown)) < len(shown):
            yield ValidationError("an entry stands here twice")


Strict = extend(  # type: ignore[no-untyped-call] # stubs without types
    Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique}
)


def read_targets(
    file: Path | TargetsText, names: Iterable[str], environ: Mapping[str, str], *, forms: TargetForms
) -> tuple[Target, ...]:
    """Return the targets called `names`, or all of them in the file's order where `names` is empty.

    The shape of the whole file is checked, but only the variables of the chosen targets have to be set.
    Raises ConfigurationError for an unreadable file, text that is not YAML, an unknown or duplicate key, a wrong
    value, an unknown target, an unset variable, a target of an API that cannot be used, or one that may not be judged.
    """
    source, text = _parsed(file, forms)
    entries = _entries(text)
    chosen = tuple(dict.fromkeys(names)) or tuple(entries)
    # Where a name is not there, what is wrong with the file tells why.
    found = [name for name in chosen if name in entries]
    resolved = {name: resolve(entries[name], environ, place=f"{source}: targets.{name}") for name in found}
    _refuse_broken(source, resolved, forms)
    _validate(source, text, resolved, forms)
    for name in chosen:
        _refuse_unknown(name, entries, source)
    return tuple(_target(source, name, resolved[name], forms) for name in chosen)


def names_in(file: Path | TargetsText, *, forms: TargetForms) -> tuple[str, ...]:
    """Return the names of the targets in a file, whatever else may be wrong with it.

    Raises ConfigurationError for an unreadable file and for text that is not YAML.
    """
    return tuple(_entries(_parsed(file, forms)[1]))


def deviations_path(file: Path | TargetsText, name: str, environ: Mapping[str, str], *, forms: TargetForms) -> Path:
    """Return where the known deviations of the target called `name` stand, whether there is such a file yet or not.

    Only variables in that path have to be set. Raises ConfigurationError as `read_targets` does, and where the target
    names no such file.
    """
    source, text = _parsed(file, forms)
    _validate(source, text, {}, forms)
    entries = _entries(text)
    _refuse_unknown(name, entries, source)
    if "deviations" not in entries[name]:
        raise ConfigurationError(f"{source}: targets.{name} lacks the key `deviations`; add `deviations: {name}.yaml`.")
    place = f"{source}: targets.{name}.deviations"
    return source.folder / str(resolve(entries[name]["deviations"], environ, place=place))


def _parsed(file: Path | TargetsText, forms: TargetForms) -> tuple[TargetsText, YamlText]:
    source = file if isinstance(file, TargetsText) else TargetsText.read(file)
    return source, parse(source.text, name=str(source), known=known_keys(forms.schema))


def _entries(text: YamlText) -> dict[str, Any]:
    """The targets as they are written, without what their authors keep in keys of their own; none where none can be."""
    entries = text.value(("targets",))
    return {name: _without_own_keys(entry) for name, entry in entries.items()} if isinstance(entries, dict) else {}


def _without_own_keys(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if not key.startswith("x-")}


def _target(source: TargetsText, name: str, entry: dict[str, Any], forms: TargetForms) -> Target:
    place = f"{source}: targets.{name}"
    urls = {"base_url": normal_base_url(entry["base_url"])}
    if "proxy" in entry:
        urls["proxy"] = normal_proxy(entry["proxy"])
    target = Target.from_dict(name, {**entry, **urls}, forms.known[entry["api"]])
    for key, ids in _families(target).items():
        _refuse_twins(ids, f"{place}.fixtures.{target.form.word_for(key)}")
    return _beside(source, admitted(target))


def _families(target: Target) -> dict[str, tuple[str, ...]]:
    """The ids among which each has to be another record, by the member that is to be mended."""
    fixtures = target.fixtures
    appointments = fixtures.usable
    return {
        **fixtures.other_records,
        "appointments": appointments,
        "absent_appointment": (*set(appointments), *filter(None, [fixtures.absent_appointment])),
        "foreign_appointments": (*{*appointments, target.absent_appointment}, *fixtures.foreign_appointments),
    }


def _refuse_twins(ids: tuple[str, ...], place: str) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ConfigurationError(f"{place}: {one} stands in the fixtures twice; each has to be another record.")
        seen.add(one)


def _refuse_unknown(name: str, entries: Mapping[str, Any], source: TargetsText) -> None:
    if name not in entries:
        raise ConfigurationError(f"{source}: there is no target `{name}`{suggestion(name, entries)}")


def _refuse_broken(source: TargetsText, resolved: Mapping[str, Any], forms: TargetForms) -> None:
    """Raise ConfigurationError where a chosen target is of an API whose package cannot be used."""
    for name, entry in resolved.items():
        api = entry.get("api") if isinstance(entry, dict) else None
        if isinstance(api, str) and api in forms.broken:
            raise ConfigurationError(f"{source}: targets.{name}.api: {forms.broken[api]}")


def _beside(source: TargetsText, target: Target) -> Target:
    """The target with the files it names found from where the targets file stands. Raises ConfigurationError."""
    found = replace(
        target,
        deviations=source.folder / target.deviations if target.deviations else None,
        ca_file=source.folder / target.ca_file if target.ca_file else None,
    )
    if found.ca_file:
        _refuse_unusable(found.ca_file, f"{source}: targets.{target.name}.ca_file")
    return found


def _refuse_unusable(ca_file: Path, place: str) -> None:
    if reason := _unusable(ca_file):
        raise ConfigurationError(f"{place}: {ca_file} cannot be used: {reason}.")


def _unusable(ca_file: Path) -> str | None:
    try:
        # To open a pipe may wait for ever.
        if not stat.S_ISREG(ca_file.stat().st_mode):
            return "it is no regular file"
        # Python's own default would begin the file that SSLKEYLOGFILE names.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(str(ca_file))
    except ssl.SSLError:
        return "it holds no certificate in PEM form"
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _validate(source: TargetsText, text: YamlText, resolved: Mapping[str, Any], forms: TargetForms) -> None:
    """Check the whole file, with what its variables stand for in the targets that are `resolved`.

    Raises ConfigurationError. Elsewhere a value that holds a variable is not looked at: the variable need not be set.
    """
    data = literal(text.data)
    if resolved:
        data = {**data, "targets": {**data["targets"], **resolved}}
    errors = Strict(forms.schema, format_checker=FORMATS).iter_errors(data)
    judged = (error for error in errors if _is_resolved(error, resolved) or not _holds_variable(error, text))
    if sentence := first_complaint(itertools.islice(judged, MAX_ERRORS), text):
        raise ConfigurationError(f"{source}, {sentence}")


def _is_resolved(error: ValidationError, resolved: Mapping[str, Any]) -> bool:
    place = error.absolute_path
    return len(place) > 1 and place[0] == "targets" and place[1] in resolved


def _holds_variable(error: ValidationError, text: YamlText) -> bool:
    return holds_variable(text.value(tuple(error.absolute_path)))
