"""The JSON Schema of the file of known deviations."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def deviations_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file of known deviations, as a copy that the caller owns.

    Dates are text in it, as in the file.
    """
    text = resources.files(__package__).joinpath("schemas", "deviations.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
