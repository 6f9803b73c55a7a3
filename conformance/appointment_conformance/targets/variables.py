"""Resolve `${VAR}` in the strings of a targets file, after parsing, so that a value is never read as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from appointment_conformance.errors import ConfigurationError

_VARIABLE = re.compile(
    r"\$\$(?=\{)|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<kind>:-|:\?)(?P<text>[^}]*))?\}|(?P<broken>\$\{)"
)


_WHOLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::\?[^}]*)?\}")


def variables_of(text: str) -> tuple[str, ...]:
    """Return the names of the variables in `text`, in order and without repetitions."""
    return tuple(dict.fromkeys(match["name"] for match in _VARIABLE.finditer(text) if match["name"]))


def whole_variable(text: str) -> str | None:
    """Return the name if `text` is exactly one variable without a default, else None."""
    match = _WHOLE.fullmatch(text)
    return match[1] if match else None


def holds_variable(value: Any) -> bool:
    """Whether `value` is text that contains a variable or a broken one."""
    return isinstance(value, str) and any(match[0] != "$$" for match in _VARIABLE.finditer(value))


def literal(value: Any) -> Any:
    """Return `value` with `$${` resolved in each string that contains no variable; other strings are unchanged."""
    if isinstance(value, str):
        return value if holds_variable(value) else _VARIABLE.sub("$", value)
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return [literal(item) for item in value] if isinstance(value, list) else value


def resolve(value: Any, environ: Mapping[str, str], *, place: str = "") -> Any:
    """Return `value` with every `${VAR}`, `${VAR:-default}` and `${VAR:?message}` in its strings replaced.

    `$${` stands for a literal `${`. `:-` and `:?` apply to unset and empty variables alike, as in a POSIX shell.
    Raises ConfigurationError, naming the key, for a variable that is not set, an expression that is not closed, or one
    inside another.
    """
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _replacement(match, environ, place), value)
    if isinstance(value, dict):
        return {key: resolve(item, environ, place=f"{place}.{key}".lstrip(".")) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, environ, place=f"{place}[{index}]") for index, item in enumerate(value)]
    return value


def _replacement(match: re.Match[str], environ: Mapping[str, str], place: str) -> str:
    if match["broken"]:
        raise ConfigurationError(
            f"{place}: a `${{` is not closed or names no variable; write `$${{` for the text itself."
        )
    name, kind, text = match["name"], match["kind"], match["text"]
    if name is None:
        return "$"
    if "${" in (text or ""):
        raise ConfigurationError(
            f"{place}: the `${{...}}` of {name} contains another variable; give {name} its own value instead."
        )
    value = environ.get(name, "")
    if not _is_text(value):
        raise ConfigurationError(f"{place}: the environment variable {name} holds bytes that are not UTF-8 text.")
    if value or (kind is None and name in environ):
        return value
    if kind == ":-":
        return str(text)
    message = text if kind == ":?" and text else "it is not set; set it first"
    raise ConfigurationError(f"{place}: the environment variable {name} is needed: {message}.")


def _is_text(value: str) -> bool:
    """Whether an environment variable was UTF-8 text: Python decodes other bytes to surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in value)
