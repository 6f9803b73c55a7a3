"""The JSON Schema of the targets file."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def targets_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a targets file, as a copy that the caller owns.

    It describes the file after `${VAR}` has been resolved, so identifiers and limits may be numbers or text.
    """
    text = resources.files(__package__).joinpath("schemas", "targets.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
