"""The commands about known deviations: add the failures of the last run to the file, and drop fixed ones."""

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
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets_file import deviations_path
from appointment_conformance.wording import amount
from appointment_reports import result_schema


def declare(target: str, *, targets: TargetsFile, output: Path) -> str:
    """Add an entry for each failure of the target's last run to its file of known deviations; return what was done.

    If an older version made the fingerprint of an entry, the entry gets the fingerprint of the failure that its
    requirement shows now, and nothing else in it changes. A failure that has an entry gets no second one. Raises
    ConfigurationError.
    """
    path = deviations_path(targets.read(), target, os.environ)
    text, name = read_text(path) if path.exists() else "", str(path)
    requirements = _requirements_of(output / target)
    renewed = renewals(declared(text, name=name), [_declared(each) for each in requirements if _shows_failure(each)])
    text = with_renewed(text, renewed, name=name)
    new = [entry for entry in map(_declared, filter(_fails, requirements)) if entry not in declared(text, name=name)]
    if not new and not renewed:
        return f"{path}: nothing to declare; it has an entry for every failure of the last run."
    _write(path, with_entries(text, new, today=datetime.now(UTC).date(), name=name))
    done = [f"{_entries([*renewed])} renewed"] if renewed else []
    done += [f"{_entries(new)} added; fill in reason, ticket and owner of each"] if new else []
    return f"{path}: {', '.join(done)}."


def prune(target: str, *, targets: TargetsFile, output: Path) -> str:
    """Drop the entries whose failure the target's last run no longer shows, or that name no requirement of it.

    An entry stays if its requirement was not judged, if it has expired and the requirement still fails, or if an older
    version made its fingerprint and no other entry declares the failure. Returns what was done. Raises
    ConfigurationError.
    """
    path = deviations_path(targets.read(), target, os.environ)
    text = read_text(path)
    requirements = {(each["id"], each["operation"]): each for each in _requirements_of(output / target)}
    entries = declared(text, name=str(path))
    dropped = [entry for entry in entries if _is_over(entry, entries, requirements)]
    if dropped:
        _write(path, without_entries(text, dropped, name=str(path)))
    done = f"{path}: {_entries(dropped)} dropped: {_names(dropped)}."
    old = [entry for entry in entries if entry not in dropped and is_outdated(entry.fingerprint)]
    more = f" An older version made the fingerprint of {_names(old)}; run `{COMMAND} init` to renew it." if old else ""
    return done + more


def _requirements_of(directory: Path) -> list[dict[str, Any]]:
    """The requirements of the last run, from its result.json."""
    path = directory / "result.json"
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}; run the target first.") from error
    except ValueError as error:
        raise ConfigurationError(f"{path} is not the result of a run; run the target again.") from error
    if not Draft202012Validator(result_schema()).is_valid(result):
        raise ConfigurationError(f"{path} is not a result of this version of the suite; run the target again.")
    requirements: list[dict[str, Any]] = result["requirements"]
    if not requirements:
        raise ConfigurationError(f"{path}: nothing was judged in that run; run the target again.")
    if any(is_outdated(each["failure"]["fingerprint"]) for each in requirements if each["failure"]):
        raise ConfigurationError(f"{path} was written by an older version of the suite; run the target again.")
    return requirements


def _entries(entries: Sequence[Declared]) -> str:
    return amount(len(entries), "entry", "entries")


def _names(entries: Sequence[Declared]) -> str:
    return ", ".join(f"{entry.requirement} ({entry.operation})" for entry in entries) or "none"


def _shows_failure(requirement: dict[str, Any]) -> bool:
    """Whether a requirement has a failure that an entry can declare, also if it does not affect the verdict."""
    failure = requirement["failure"]
    return bool(requirement["verdict"] != "passed" and failure and failure["fingerprint"])


def _fails(requirement: dict[str, Any]) -> bool:
    gates = requirement.get("gates", requirement["level"] == "MUST")
    return bool(requirement["verdict"] == "failed" and gates and requirement["failure"]["fingerprint"])


def _declared(requirement: dict[str, Any]) -> Declared:
    return Declared(requirement["id"], requirement["operation"], requirement["failure"]["fingerprint"])


def _is_over(
    entry: Declared, entries: Sequence[Declared], requirements: Mapping[tuple[str, str], dict[str, Any]]
) -> bool:
    requirement = requirements.get((entry.requirement, entry.operation))
    if requirement is None or requirement["verdict"] == "passed":
        return True
    if is_outdated(entry.fingerprint):
        return _shows_failure(requirement) and _declared(requirement) in entries
    return _shows_failure(requirement) and requirement["failure"]["fingerprint"] != entry.fingerprint


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error
