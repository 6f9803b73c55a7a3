"""The commands about known deviations: today's failures written into the file, what is mended taken out of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from appointment_conformance.engine.deviation_entries import (
    Declared,
    declared,
    renewals,
    with_entries,
    with_renewed,
    without_entries,
)
from appointment_conformance.engine.fingerprint import is_outdated
from appointment_conformance.engine.known_deviations import COMMAND, read_text
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import deviations_path
from appointment_conformance.wording import amount
from appointment_reports import result_schema


def declare(target: str, *, targets: Path, output: Path) -> str:
    """Add an entry for each failure of the target's last run to its file of known deviations; return what was done.

    An entry whose fingerprint an older version made gets that of the failure which its requirement shows now, and
    keeps all else. An entry that declares the failure already is left as it is. Raises ConfigurationError.
    """
    path = deviations_path(targets, target, os.environ)
    text, name = read_text(path) if path.exists() else "", str(path)
    judged = _judged(output / target)
    renewed = renewals(declared(text, name=name), [_declared(one) for one in judged if _shows_failure(one)])
    text = with_renewed(text, renewed, name=name)
    new = [one for one in map(_declared, filter(_fails, judged)) if one not in declared(text, name=name)]
    if not new and not renewed:
        return f"{path}: nothing to declare; every failure of the last run stands there."
    _write(path, with_entries(text, new, today=datetime.now(UTC).date(), name=name))
    told = [f"{_entries([*renewed])} renewed"] if renewed else []
    told += [f"{_entries(new)} added; fill in reason, ticket and owner of each"] if new else []
    return f"{path}: {', '.join(told)}."


def prune(target: str, *, targets: Path, output: Path) -> str:
    """Drop the entries that the target's last run shows to be mended or of no requirement; return what was done.

    An entry whose requirement was not judged, or that has expired but still fails, stays. So does one whose fingerprint
    an older version made, unless another entry declares the failure. Raises ConfigurationError.
    """
    path = deviations_path(targets, target, os.environ)
    text = read_text(path)
    judged = {(one["id"], one["operation"]): one for one in _judged(output / target)}
    standing = declared(text, name=str(path))
    dropped = [one for one in standing if _is_over(one, standing, judged)]
    if dropped:
        _write(path, without_entries(text, dropped, name=str(path)))
    told = f"{path}: {_entries(dropped)} dropped: {_names(dropped)}."
    old = [one for one in standing if one not in dropped and is_outdated(one.fingerprint)]
    more = f" An older version made the fingerprint of {_names(old)}; run `{COMMAND} init` to renew it." if old else ""
    return told + more


def _judged(directory: Path) -> list[dict[str, Any]]:
    """The requirements of the last run, as they stand in its result.json."""
    path = directory / "result.json"
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}; run the target first.") from error
    except ValueError as error:
        raise ConfigurationError(f"{path} is not the result of a run; run the target again.") from error
    if not Draft202012Validator(result_schema()).is_valid(result):
        raise ConfigurationError(f"{path} is not a result of this version of the suite; run the target again.")
    found: list[dict[str, Any]] = result["requirements"]
    if not found:
        raise ConfigurationError(f"{path}: nothing was judged in that run; run the target again.")
    if any(is_outdated(one["failure"]["fingerprint"]) for one in found if one["failure"]):
        raise ConfigurationError(f"{path} was written by an older version of the suite; run the target again.")
    return found


def _entries(listed: Sequence[Declared]) -> str:
    return amount(len(listed), "entry", "entries")


def _names(listed: Sequence[Declared]) -> str:
    return ", ".join(f"{one.requirement} ({one.operation})" for one in listed) or "none"


def _shows_failure(one: dict[str, Any]) -> bool:
    """Whether a requirement shows a failure of the API that an entry may declare, also one that gates nothing."""
    return bool(one["verdict"] != "passed" and one["failure"] and one["failure"]["fingerprint"])


def _fails(one: dict[str, Any]) -> bool:
    return bool(
        one["verdict"] == "failed" and one.get("gates", one["level"] == "MUST") and one["failure"]["fingerprint"]
    )


def _declared(one: dict[str, Any]) -> Declared:
    return Declared(one["id"], one["operation"], one["failure"]["fingerprint"])


def _is_over(entry: Declared, standing: Sequence[Declared], judged: Mapping[tuple[str, str], dict[str, Any]]) -> bool:
    one = judged.get((entry.requirement, entry.operation))
    if one is None or one["verdict"] == "passed":
        return True
    if is_outdated(entry.fingerprint):
        return _shows_failure(one) and _declared(one) in standing
    return _shows_failure(one) and one["failure"]["fingerprint"] != entry.fingerprint


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error
