"""Resolve `${VAR}` and `${file:PATH}` in the strings of a targets file, after parsing.

A value is never read as YAML, and never resolved again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .source import UnreadableError, regular_text
from .yaml_text import Path as Place

#: `${file:-text}` is a variable called `file` with a default, so a path cannot begin with `-` or `?`.
_EXPRESSION = re.compile(
    r"\$\$(?=\{)"
    r"|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<kind>:-|:\?)(?P<text>[^}]*))?\}"
    r"|\$\{file:(?P<path>[^}]*)\}"
    r"|(?P<broken>\$\{)"
)
#: Characters that would break the line of a message, or that no path of the system can contain.
_NOT_IN_PATHS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class UnresolvedError(Exception):
    """An expression at `place` has no value; the message is a sentence without its final stop and without a value."""

    def __init__(self, place: Place, message: str) -> None:
        """Keep the place."""
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class Values:
    """Where the values come from: variables by name, and files, whose relative paths start from `folder`."""

    environ: Mapping[str, str] = field(repr=False)
    folder: Path = Path()


def origins_of(text: str) -> tuple[str, ...]:
    """Return where the values in `text` come from, as phrases, in order and without repetitions."""
    matches = _EXPRESSION.finditer(text)
    return tuple(dict.fromkeys(_origin(match) for match in matches if match["name"] or match["path"]))


def is_one_value(text: str) -> bool:
    """Whether `text` is exactly one variable without a default, or one file."""
    match = _EXPRESSION.fullmatch(text)
    return match is not None and bool(match["path"] or (match["name"] and match["kind"] != ":-"))


def holds_variable(value: Any) -> bool:
    """Whether `value` is text that contains an expression, possibly a broken one."""
    return isinstance(value, str) and any(match[0] != "$$" for match in _EXPRESSION.finditer(value))


def literal(value: Any) -> Any:
    """Return `value` with `$${` resolved in each string that contains no variable; other strings are unchanged."""
    if isinstance(value, str):
        return value if holds_variable(value) else _EXPRESSION.sub("$", value)
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    return [literal(item) for item in value] if isinstance(value, list) else value


def resolve(value: Any, values: Values, place: Place = ()) -> Any:
    """Return `value`, which is at `place` of a file, with every expression in its strings replaced.

    The expressions are `${VAR}`, `${VAR:-default}`, `${VAR:?message}` and `${file:PATH}`; `$${` stands for a literal
    `${`. `:-` and `:?` apply to unset and empty variables alike, as in a POSIX shell. The value of a file is its text
    without one line end at its end. Raises UnresolvedError for a variable that is not set, a file that cannot be read
    or is empty, an expression that is not closed, or one inside another.
    """
    if isinstance(value, str):
        return _EXPRESSION.sub(lambda match: _replacement(match, values, place), value)
    if isinstance(value, dict):
        return {key: resolve(item, values, (*place, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, values, (*place, index)) for index, item in enumerate(value)]
    return value


def _origin(match: re.Match[str]) -> str:
    return f"the environment variable {match['name']}" if match["name"] else f"the file {match['path']}"


def _replacement(match: re.Match[str], values: Values, place: Place) -> str:
    if match["broken"]:
        raise UnresolvedError(place, "a `${` is not closed or names no variable; write `$${` for the text itself")
    if match["path"] is not None:
        return _content(match["path"], values.folder, place)
    return "$" if match["name"] is None else _variable(match, values.environ, place)


def _variable(match: re.Match[str], environ: Mapping[str, str], place: Place) -> str:
    name, kind, text = match["name"], match["kind"], match["text"]
    if "${" in (text or ""):
        raise UnresolvedError(
            place, f"the `${{...}}` of {name} contains another variable; give {name} its own value instead"
        )
    value = environ.get(name, "")
    if not _is_text(value):
        raise UnresolvedError(place, f"the environment variable {name} holds bytes that are not UTF-8 text")
    if value or (kind is None and name in environ):
        return value
    if kind == ":-":
        return str(text)
    message = text if kind == ":?" and text else "it is not set; set it first"
    raise UnresolvedError(place, f"the environment variable {name} is needed: {message}")


def _content(written: str, folder: Path, place: Place) -> str:
    if not written or written != written.strip() or "${" in written or _NOT_IN_PATHS.search(written):
        raise UnresolvedError(
            place,
            "a `${file:...}` does not name a file; write its path after the colon, without white space around it, "
            "control characters or variables",
        )
    path = folder / written
    try:
        text = regular_text(path)
    except UnreadableError as error:
        raise UnresolvedError(place, f"the file {path} cannot be read: {error}") from error
    value = text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
    if not value:
        raise UnresolvedError(place, f"the file {path} is empty; write the value to it")
    return value


def _is_text(value: str) -> bool:
    """Whether an environment variable was UTF-8 text: Python decodes other bytes to surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in value)
