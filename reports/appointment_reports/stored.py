"""Read files that a run has written. They may have been changed since, so nothing in them is trusted."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator

from .errors import ReportError
from .result import (
    ContractUsed,
    DocumentFinding,
    Exchange,
    Failure,
    Observation,
    Request,
    RequirementResult,
    Response,
    RunResult,
)
from .visible import visible_line

if TYPE_CHECKING:
    from pathlib import Path

#: Maximum bytes of a file. The result of a run with a long answer in each failure has a tenth of it.
MAX_BYTES: Final = 64 * 1024 * 1024
#: No count and no time in a result is larger.
_MAX_NUMBER: Final = 10**12
#: The members of a result that are the same in its file.
_SAME: Final = (
    *("target", "api", "base_url", "description", "verdict", "reason", "profile", "seed", "suite_version", "command"),
    *("targets_file", "run_id", "duration_seconds", "requests", "appointments_consumed", "partial", "schema_version"),
)


def read_json(path: Path, validator: Draft202012Validator) -> dict[str, Any]:
    """Return the JSON object in a regular file of at most `MAX_BYTES` if it is valid. Raises ReportError."""
    document = _parsed(path)
    error = next(iter(validator.iter_errors(document)), None)
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "the whole"
        raise ReportError(f"{path} is no file of this version of the suite: {visible_line(place)} is not valid")
    result: dict[str, Any] = document
    return result


def result_of(document: dict[str, Any]) -> RunResult:
    """Return the result in `document`, the valid data of a `result.json`. Raises ReportError for a time that is none.

    Bodies are the texts that the file has. What the file lacks is left out: the exchanges without a failure, and
    whether what is untested had to be judged.
    """
    return RunResult(
        **{name: document[name] for name in _SAME if name in document},
        started_at=_moment(document["started_at"]),
        requirements=tuple(_requirement(entry) for entry in document["requirements"]),
        observations=tuple(Observation(**entry) for entry in document["observations"]),
        document_findings=tuple(DocumentFinding(**entry) for entry in document["document_findings"]),
        contract=ContractUsed(**document["contract"]) if document.get("contract") else None,
    )


def _parsed(path: Path) -> Any:
    try:
        # Opening a pipe may block for ever.
        if not path.is_file():
            raise ReportError(f"{path} is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ReportError(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MiB")
        return json.loads(data, parse_constant=_number, parse_float=_number, parse_int=_whole)
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path} is not JSON that can be used") from error


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or abs(number) > _MAX_NUMBER:
        raise ValueError("a number is out of range")
    return number


def _whole(text: str) -> int:
    if len(text) > len(str(_MAX_NUMBER)) + 20:
        raise ValueError("a number is out of range")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ReportError(f"`{visible_line(text, 40)}` is not a time") from error


def _requirement(entry: dict[str, Any]) -> RequirementResult:
    given = {name: value for name, value in entry.items() if name not in {"gates", "failure"}}
    failure = entry["failure"] and _failure(entry["failure"])
    binding = entry.get("gates", False) and entry["level"] == "SHOULD"
    return RequirementResult(**given, failure=failure, binding=binding, defect=entry["verdict"] == "error")


def _failure(entry: dict[str, Any]) -> Failure:
    return Failure(**(entry | {"exchange": entry["exchange"] and _exchange(entry["exchange"])}))


def _exchange(entry: dict[str, Any]) -> Exchange:
    changed: dict[str, Any] = {"started_at": _moment(entry["started_at"]), "request": _request(entry["request"])}
    changed["response"] = entry["response"] and _response(entry["response"])
    return Exchange(**(entry | changed))


def _request(entry: dict[str, Any]) -> Request:
    return Request(entry["method"], entry["url"], _headers(entry), _body(entry["body"]))


def _body(text: str | None) -> bytes | None:
    return None if text is None else _bytes(text)


def _response(entry: dict[str, Any]) -> Response:
    texts: dict[str, Any] = {name: _bytes(entry[name]) for name in ("body", "stray") if name in entry}
    return Response(**(entry | texts | {"headers": _headers(entry)}))


def _headers(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((header["name"], header["value"]) for header in message["headers"])


def _bytes(text: str) -> bytes:
    # A lone surrogate can only stand in a file that was changed.
    return text.encode("utf-8", "backslashreplace")
