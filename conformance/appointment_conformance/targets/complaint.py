"""Sentences about violations of a file's JSON Schema, for the author of the file. No possible secret is quoted."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonschema import ValidationError

from .token_form import FormError
from .variables import is_one_value, origins_of
from .yaml_text import Path, YamlText

#: Maximum number of names that a sentence lists.
MAX_NAMES = 12
#: Look at this many errors at most to choose the one to report, which bounds the time for a very wrong file.
MAX_ERRORS = 1000
_ANYTHING_BUT_BLANK = r"\S"


def first_complaint(errors: Iterable[ValidationError], text: YamlText) -> str | None:
    """Return `line N: sentence` about the violation to fix first, or None if there is none.

    A mistyped key is reported as unknown and not as missing, as the sentence then shows what was typed. If the format
    and the pattern of a value are both violated, the format is reported, as its sentence says more.
    """
    ordered = sorted(
        errors,
        key=lambda error: (
            error.validator != "additionalProperties",
            text.line(tuple(error.absolute_path)),
            not isinstance(error.cause, FormError),
            error.message,
        ),
    )
    if not ordered:
        return None
    place, sentence = complaint(ordered[0], text)
    return f"line {text.line(place)}: {sentence}"


def complaint(error: ValidationError, text: YamlText) -> tuple[Path, str]:
    """Return the path of the wrong value, and the sentence: which key, what is wrong, what to do."""
    place: Path = tuple(error.absolute_path)
    if error.validator in {"additionalProperties", "unevaluatedProperties"}:
        return _unknown_key(error, place)
    where = place_name(place) or "the file"
    if isinstance(error.cause, FormError):
        return place, f"{where}{_origin(text.value(place))} {error.cause}."
    if lacking := _lacking(error):
        return place, f"{where} {lacking}."
    if error.validator == "type" and error.instance is None:
        return place, f"{where} is empty; give a value, in quotes if it begins with `#` or `&`, or remove the key."
    return place, f"{where}{_origin(text.value(place))} must {_demand(error)}."


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence: a did-you-mean for `name`, or the list of known names."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(names[:MAX_NAMES])}{more}."


def place_name(place: Path) -> str:
    """Return a path as text; in a file that is a list it is `entry 1` (counted from 1) and the key in it."""
    if not place or isinstance(place[0], str):
        return f"`{'.'.join(map(str, place))}`" if place else ""
    key = ".".join(map(str, place[1:]))
    return f"entry {place[0] + 1}: `{key}`" if key else f"entry {place[0] + 1}"


def _origin(written: object) -> str:
    """Where a value comes from that is not written in the file itself."""
    if not isinstance(written, str) or not (origins := origins_of(written)):
        return ""
    return f": {origins[0]}" if is_one_value(written) else f", with {' and '.join(origins)} in it,"


def known_keys(schema: Any) -> frozenset[str]:
    """Return every key that a schema names; any other key in a file may be a misplaced value."""
    return frozenset(_keys(schema))


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties", {})
        yield from properties
        for part in schema.values():
            yield from _keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _keys(part)


def _anything(value: object) -> Any:
    """Return `value` typed as Any: the schema's keyword has already determined its type."""
    return value


def _unknown_key(error: ValidationError, place: Path) -> tuple[Path, str]:
    schema = error.schema if isinstance(error.schema, dict) else {}
    known, own = list(schema.get("properties", {})), tuple(schema.get("patternProperties", {}))
    unknown = [str(key) for key in _anything(error.instance) if key not in known]
    key = next(key for key in unknown if not any(re.search(pattern, key) for pattern in own))
    where = f" in {place_name(place)}" if place else ""
    # If the space after the colon is missing, YAML reads the value as part of the key.
    name, colon, _ = key.partition(":")
    shown = f" `{name}{colon and ':...'}`" if _is_typo(name, known) else ""
    return (*place, key), f"unknown key{shown}{where}{suggestion(name, known)}"


def _is_typo(name: str, known: Iterable[str]) -> bool:
    """Whether a name differs from a known key by a letter or so; any other name may be a misplaced secret."""
    return bool(difflib.get_close_matches(name, known, n=1, cutoff=0.8))


def _description(error: ValidationError, key: str) -> str:
    properties = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    text = properties.get(key, {}).get("description", "") if isinstance(properties.get(key), dict) else ""
    return f" ({text.rstrip('.')})" if text else ""


def _lacking(error: ValidationError) -> str:
    """Return which key a mapping lacks, or has too many; empty if the violation is another one."""
    given, demanded = _anything(error.instance), _anything(error.validator_value)
    if error.validator == "required":
        missing = next(key for key in demanded if key not in given)
        return f"lacks the key `{missing}`{_description(error, missing)}; add it"
    if error.validator == "dependentRequired":
        key, missing = next(
            (key, needed) for key in demanded if key in given for needed in demanded[key] if needed not in given
        )
        return f"has `{key}` and lacks the key `{missing}`{_description(error, missing)}; add it"
    if error.validator == "oneOf" and all(len(branch.get("required", ())) == 1 for branch in demanded):
        return _choice([branch["required"][0] for branch in demanded], given)
    return ""


def _choice(keys: list[str], given: Mapping[str, Any]) -> str:
    """Return what is wrong where a mapping must have exactly one of some keys."""
    if found := [f"`{key}`" for key in keys if key in given]:
        return f"has {' and '.join(found)}; keep one of them"
    return f"lacks one of the keys {', '.join(f'`{key}`' for key in keys)}; add one of them"


def _is_unquoted(error: ValidationError) -> bool:
    """Whether text is required and the value is a number or a boolean, because it has no quotes."""
    return error.validator_value == "string" and isinstance(error.instance, (bool, int, float))


def _type(value: Any) -> str:
    words = {"array": "a list", "object": "a mapping"}
    types = [value] if isinstance(value, str) else value
    return words.get(types[0], f"of type {' or '.join(types)}")


def _demand(error: ValidationError) -> str:
    value = _anything(error.validator_value)
    demands: dict[str, Callable[[], str]] = {
        "type": lambda: "be text; put it in quotes" if _is_unquoted(error) else f"be {_type(value)}",
        "enum": lambda: f"be one of {', '.join(map(str, value))}",
        "const": lambda: f"be {value}",
        "pattern": lambda: "not be empty" if value == _ANYTHING_BUT_BLANK else f"match the pattern {value}",
        "minItems": lambda: f"have at least {value} {'entry' if value == 1 else 'entries'}",
        "uniqueItems": lambda: "not name an entry twice",
        "minLength": lambda: "not be empty",
        "minimum": lambda: f"be at least {value}",
        "maximum": lambda: f"be at most {value}",
        "exclusiveMinimum": lambda: f"be more than {value}",
        "minProperties": lambda: "name at least one entry",
        "maxProperties": lambda: f"have only {value} {'key' if value == 1 else 'keys'}",
        "maxLength": lambda: f"have at most {value} characters",
        "propertyNames": lambda: "have names as the schema says",
    }
    fallback = error.schema.get("description", "").rstrip(".") if isinstance(error.schema, dict) else ""
    demand = demands.get(str(error.validator))
    return demand() if demand else f"be as described: {fallback or error.validator}"
