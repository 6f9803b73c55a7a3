"""Read the file of variables that a user names with `--env-file`. No file is read that the user does not name."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from appointment_conformance.errors import ConfigurationError

from .source import UnreadableError, read_text


def read_env_file(path: Path) -> Mapping[str, str]:
    """Return the variables in the file at `path`; if one appears twice, its last value counts.

    The lines have the form that python-dotenv and docker compose read: `NAME=value`, optionally after `export`, with
    quotes, and comments after `#`. Raises ConfigurationError, without a value, for a file that cannot be read and for
    any other line.
    """
    try:
        text = read_text(path)
    except UnreadableError as error:
        raise ConfigurationError(f"{path}: the file of variables cannot be read: {error}.") from error
    # The parser alone is used, because `dotenv_values` skips a wrong line with only a log record, and replaces `${A}`
    # in a value: here a value is data, and a password may contain `${`.
    bindings = tuple(parse_stream(io.StringIO(text.removeprefix("\ufeff"))))
    for binding in bindings:
        _refuse_wrong(binding, path)
    return {binding.key: binding.value for binding in bindings if binding.key and binding.value is not None}


def _refuse_wrong(binding: Binding, path: Path) -> None:
    """Raise ConfigurationError for a line that is not an assignment. Its text, even its name, may be a secret."""
    if binding.error or (binding.key is not None and binding.value is None):
        raise ConfigurationError(
            f"{path}, line {binding.original.line}: this is not `NAME=value`; correct it, and close the quotes of a "
            "value that has some."
        )
