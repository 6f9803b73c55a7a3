"""Read a targets file: parse YAML, resolve variables, check the JSON Schema, report problems with line and remedy."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from appointment_conformance.errors import ConfigurationError

from .address import normal_base_url, normal_proxy, normal_token_url
from .admission import check_target
from .complaint import MAX_ERRORS, first_complaint, known_keys, place_name, suggestion
from .extra_header import check_header_name, check_header_value
from .form import TargetForms
from .pem_file import UnusableFileError, check_certificates
from .source import TargetsText
from .target import Target
from .token_form import FormError, credential_flaw_of, flaw_of
from .token_source import TokenCommand, TokenSource
from .variables import UnresolvedError, Values, holds_variable, literal, resolve
from .yaml_text import Path as Place
from .yaml_text import YamlText, parse

FORMATS = FormatChecker(())


@FORMATS.checks("bearer-token", raises=FormError)
def _is_token(value: object) -> bool:
    if isinstance(value, str) and (flaw := flaw_of(value)):
        raise FormError(flaw)
    return True


@FORMATS.checks("credential", raises=FormError)
def _is_credential(value: object) -> bool:
    if isinstance(value, str) and (flaw := credential_flaw_of(value)):
        raise FormError(flaw)
    return True


@FORMATS.checks("header-name", raises=FormError)
def _is_header_name(value: object) -> bool:
    if isinstance(value, str):
        check_header_name(value)
    return True


@FORMATS.checks("header-value", raises=FormError)
def _is_header_value(value: object) -> bool:
    if isinstance(value, str):
        check_header_value(value)
    return True


@FORMATS.checks("token-url", raises=FormError)
def _is_token_url(value: object) -> bool:
    return not isinstance(value, str) or bool(normal_token_url(value))


@FORMATS.checks("base-url", raises=FormError)
def _is_base_url(value: object) -> bool:
    return not isinstance(value, str) or bool(normal_base_url(value))


@FORMATS.checks("proxy-url", raises=FormError)
def _is_proxy(value: object) -> bool:
    return not isinstance(value, str) or bool(normal_proxy(value))


@FORMATS.checks("argument", raises=FormError)
def _is_argument(value: object) -> bool:
    if isinstance(value, str) and "\0" in value:
        raise FormError("has a NUL character in it; remove it")
    return True


@FORMATS.checks("path", raises=FormError)
def _is_path(value: object) -> bool:
    if isinstance(value, str) and re.search(r"[\x00-\x1f\x7f]", value):
        raise FormError("has a control character in it; remove it")
    return True


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Check a pattern as ECMA-262 defines it. In Python, `$` also matches before a final line end."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError("the pattern does not match")


def _unique(_: Any, wanted: object, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Check that no entry appears twice in a list, in linear time; the lists of a targets file hold ids."""
    if wanted and isinstance(instance, list):
        shown = [(type(entry), str(entry)) for entry in instance]
        if len(set(shown)) < len(shown):
            yield ValidationError("an entry appears twice")


Strict = extend(  # type: ignore[no-untyped-call] # stubs without types
    Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique}
)


def read_targets(
    file: Path | TargetsText, names: Iterable[str], environ: Mapping[str, str], *, forms: TargetForms
) -> tuple[Target, ...]:
    """Return the targets called `names`, or all targets in the file's order if `names` is empty.

    The shape of the whole file is checked, but only the variables of the chosen targets have to be set. A variable in
    `environ` comes before one of the user's file of variables.
    Raises ConfigurationError for an unreadable file, text that is not YAML, an unknown or duplicate key, a wrong
    value, an unknown target, an unset variable, a target of an API that cannot be used, or a refused target.
    """
    source, text = _parsed(file, forms)
    entries = _entries(text)
    chosen = tuple(dict.fromkeys(names)) or tuple(entries)
    # An unknown name is reported last: an error in the file may be the reason that it is missing.
    present = [name for name in chosen if name in entries]
    resolved = {name: _resolved(source, text, entries[name], environ, ("targets", name)) for name in present}
    _refuse_broken(source, resolved, forms)
    _validate(source, text, resolved, forms)
    for name in chosen:
        _refuse_unknown(name, entries, source)
    return tuple(_target(source, name, resolved[name], forms) for name in chosen)


def names_in(file: Path | TargetsText, *, forms: TargetForms) -> tuple[str, ...]:
    """Return the names of the targets in a file, even if the file has other errors.

    Raises ConfigurationError for an unreadable file and for text that is not YAML.
    """
    return tuple(_entries(_parsed(file, forms)[1]))


def entries_in(file: Path | TargetsText, *, forms: TargetForms) -> Mapping[str, Mapping[str, Any]]:
    """Return the targets in a file by name, as they are written: no variable needs a value.

    The shape of the file is checked, except for values with a variable. Raises ConfigurationError as `read_targets`
    does.
    """
    source, text = _parsed(file, forms)
    _validate(source, text, {}, forms)
    return _entries(text)


def deviations_path(file: Path | TargetsText, name: str, environ: Mapping[str, str], *, forms: TargetForms) -> Path:
    """Return the path of the known deviations of the target called `name`; the file need not exist yet.

    Only the variables in that path have to be set. Raises ConfigurationError as `read_targets` does, and if the target
    does not name such a file.
    """
    source, text = _parsed(file, forms)
    _validate(source, text, {}, forms)
    entries = _entries(text)
    _refuse_unknown(name, entries, source)
    if "deviations" not in entries[name]:
        raise ConfigurationError(f"{source}: targets.{name} lacks the key `deviations`; add `deviations: {name}.yaml`.")
    place: Place = ("targets", name, "deviations")
    return source.folder / str(_resolved(source, text, entries[name]["deviations"], environ, place))


def _parsed(file: Path | TargetsText, forms: TargetForms) -> tuple[TargetsText, YamlText]:
    source = file if isinstance(file, TargetsText) else TargetsText.read(file)
    return source, parse(source.text, name=str(source), known=known_keys(forms.schema))


def _entries(text: YamlText) -> dict[str, Any]:
    """Return the unresolved targets without their `x-` keys; empty if `targets` is not a mapping."""
    entries = text.value(("targets",))
    return {name: _without_custom_keys(entry) for name, entry in entries.items()} if isinstance(entries, dict) else {}


def _resolved(source: TargetsText, text: YamlText, value: Any, environ: Mapping[str, str], place: Place) -> Any:
    """Return `value`, which is at `place`, with its expressions resolved. Raises ConfigurationError with the line."""
    try:
        return resolve(value, Values({**source.variables, **environ}, source.folder), place)
    except UnresolvedError as error:
        where = f"line {text.line(error.place)}: {place_name(error.place)}"
        raise ConfigurationError(f"{source}, {where}: {str(error).rstrip('.')}.") from error


def _without_custom_keys(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if not key.startswith("x-")}


def _target(source: TargetsText, name: str, entry: dict[str, Any], forms: TargetForms) -> Target:
    place = f"{source}: targets.{name}"
    urls = {"base_url": normal_base_url(entry["base_url"])}
    if "proxy" in entry:
        urls["proxy"] = normal_proxy(entry["proxy"])
    target = Target.from_dict(name, {**entry, **urls}, forms.known[entry["api"]])
    for key, ids in _ids_that_must_differ(target).items():
        _refuse_duplicates(ids, f"{place}.fixtures.{target.form.word_for(key)}")
    return _with_absolute_paths(source, check_target(target))


def _ids_that_must_differ(target: Target) -> dict[str, tuple[str, ...]]:
    """Return groups of ids in which each id must name another record, by the member that has to be corrected."""
    fixtures = target.fixtures
    appointments = fixtures.usable
    return {
        **fixtures.other_records,
        "appointments": appointments,
        "absent_appointment": (*set(appointments), *filter(None, [fixtures.absent_appointment])),
        "foreign_appointments": (*{*appointments, target.absent_appointment}, *fixtures.foreign_appointments),
    }


def _refuse_duplicates(ids: tuple[str, ...], place: str) -> None:
    seen: set[str] = set()
    for record_id in ids:
        if record_id in seen:
            raise ConfigurationError(
                f"{place}: {record_id} appears twice in the fixtures; each id must name another record."
            )
        seen.add(record_id)


def _refuse_unknown(name: str, entries: Mapping[str, Any], source: TargetsText) -> None:
    if name not in entries:
        raise ConfigurationError(f"{source}: there is no target `{name}`{suggestion(name, entries)}")


def _refuse_broken(source: TargetsText, resolved: Mapping[str, Any], forms: TargetForms) -> None:
    """Raise ConfigurationError if a chosen target is of an API whose package cannot be used."""
    for name, entry in resolved.items():
        api = entry.get("api") if isinstance(entry, dict) else None
        if isinstance(api, str) and api in forms.broken:
            raise ConfigurationError(f"{source}: targets.{name}.api: {forms.broken[api]}")


def _with_absolute_paths(source: TargetsText, target: Target) -> Target:
    """Return the target with its paths resolved from the folder of the targets file. Raises ConfigurationError."""
    presented = target.client_certificate
    resolved = replace(
        target,
        deviations=source.folder / target.deviations if target.deviations else None,
        ca_file=source.folder / target.ca_file if target.ca_file else None,
        client_certificate=presented.below(source.folder) if presented else None,
        token_sources={key: _as_used(source, found) for key, found in target.token_sources.items()},
    )
    if target.contract:
        # As an absolute path `-` is a file, and not standard input.
        path = (source.folder / target.contract.path).absolute()
        resolved = replace(resolved, contract=replace(target.contract, path=path))
    try:
        if resolved.ca_file:
            check_certificates(resolved.ca_file, "ca_file")
        if resolved.client_certificate:
            resolved.client_certificate.check()
    except UnusableFileError as error:
        place = f"{source}: targets.{target.name}.{error.key}"
        raise ConfigurationError(f"{place}: {error.path} cannot be used: {error}.") from error
    return resolved


def _as_used(source: TargetsText, found: TokenSource) -> TokenSource:
    """Return a token source as it is used: a command runs in the folder of the file, a URL is normalised."""
    if isinstance(found, TokenCommand):
        return replace(found, folder=source.folder)
    return replace(found, token_url=normal_token_url(found.token_url))


def _validate(source: TargetsText, text: YamlText, resolved: Mapping[str, Any], forms: TargetForms) -> None:
    """Check the whole file, with the values of the variables in the `resolved` targets.

    Raises ConfigurationError. In other targets, values with a variable are not checked, as it need not be set.
    """
    data = literal(text.data)
    if resolved:
        data = {**data, "targets": {**data["targets"], **resolved}}
    errors = Strict(forms.schema, format_checker=FORMATS).iter_errors(data)
    reported = (
        error
        for error in errors
        if _is_resolved(error, resolved) or not (_holds_variable(error, text) or _is_of_broken(error, data, forms))
    )
    if sentence := first_complaint(itertools.islice(reported, MAX_ERRORS), text):
        raise ConfigurationError(f"{source}, {sentence}")


def _is_resolved(error: ValidationError, resolved: Mapping[str, Any]) -> bool:
    place = error.absolute_path
    return len(place) > 1 and place[0] == "targets" and place[1] in resolved


def _is_of_broken(error: ValidationError, data: Any, forms: TargetForms) -> bool:
    """Whether an error is in a target of an API whose package cannot be used, so that its keys are not known."""
    place = tuple(error.absolute_path)
    if len(place) < 2 or place[0] != "targets":
        return False
    entry = data["targets"][place[1]]
    return isinstance(entry, dict) and str(entry.get("api")) in forms.broken


def _holds_variable(error: ValidationError, text: YamlText) -> bool:
    return holds_variable(text.value(tuple(error.absolute_path)))
