"""Read the JSON and the headers of an answer."""

from __future__ import annotations

import json
from typing import Any

from .recording import ProbeResult


def header(seen: ProbeResult, name: str) -> str | None:
    """Return the value of the first header called `name` (case-insensitive), or None."""
    return next(iter(headers(seen, name)), None)


def headers(seen: ProbeResult, name: str) -> tuple[str, ...]:
    """Return the values of all headers called `name` (case-insensitive), in order."""
    received = seen.response.headers if seen.response else ()
    return tuple(value for key, value in received if key.lower() == name.lower())


def member(seen: ProbeResult, name: str) -> Any:
    """Return one member of an answer that is a JSON object, or None if it is missing or there is no object."""
    data = json_of(seen)
    return data.get(name) if isinstance(data, dict) else None


def data_of(seen: ProbeResult) -> dict[str, Any] | None:
    """Return the object under `data` of a successful answer, or None if there is none."""
    data = member(seen, "data") if seen.succeeded else None
    return data if isinstance(data, dict) else None


def id_text(value: object) -> str:
    """Return an id as text; JSON Schema treats 1.0 as the integer 1 (2020-12, Validation, section 6.1.1)."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def json_of(seen: ProbeResult) -> Any:
    """Return the JSON value of the response, or None if there is none."""
    if seen.response is None:
        return None
    try:
        return json.loads(seen.response.body)
    except (ValueError, RecursionError):
        return None
