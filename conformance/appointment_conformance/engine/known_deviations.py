"""Known deviations: failures that the owner of a target has declared, for a reason, with a ticket and an end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.complaint import MAX_ERRORS, first_complaint, known_keys, suggestion
from appointment_conformance.targets.source import UnreadableError, regular_text
from appointment_conformance.targets.yaml_text import YamlText, parse
from appointment_reports import RequirementResult
from appointment_specs import deviations_schema

from .fingerprint import is_outdated

#: The commands that edit a file of known deviations.
COMMAND = "appointment-conformance deviations"


@dataclass(frozen=True, slots=True)
class KnownDeviation:
    """One declared failure: what was observed is `fingerprint`; `place` is where in which file it is declared."""

    requirement: str
    operation: str
    fingerprint: str
    reason: str
    ticket: str
    owner: str
    #: The last day on which it is accepted.
    expires: date
    place: str

    def covers(self, result: RequirementResult) -> bool:
        """Tell whether `result` shows exactly the declared failure."""
        same = (result.id, result.operation) == (self.requirement, self.operation)
        return same and result.failure is not None and result.failure.fingerprint == self.fingerprint


def read_deviations(path: Path | None) -> tuple[KnownDeviation, ...]:
    """Return the entries of a file of known deviations; none for None, or for a file that is not written yet.

    Raises ConfigurationError for an unreadable file, text that is not YAML, an unknown, missing or wrong key, and an
    entry that stands there twice.
    """
    if path is None or not _is_there(path):
        return ()
    text = parse(read_text(path), name=str(path), known=known_keys(deviations_schema()))
    validator = Draft202012Validator(deviations_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    if sentence := first_complaint(itertools.islice(validator.iter_errors(text.data), MAX_ERRORS), text):
        raise ConfigurationError(f"{path}, {sentence}")
    entries = tuple(_entries(path, text, text.data or []))
    _refuse_twins(entries)
    return entries


def apply_deviations(result: RequirementResult, known: Sequence[KnownDeviation], *, today: date) -> RequirementResult:
    """Return a failed `result` as `deviation` where an entry that has not expired covers it, else as it is."""
    entry = next((entry for entry in known if entry.covers(result) and today <= entry.expires), None)
    if result.verdict != "failed" or entry is None:
        return result
    reason = f"{entry.reason} ({entry.ticket}; {entry.owner}; accepted until {entry.expires})"
    return replace(result, verdict="deviation", reason=reason)


def stale_entries(
    known: Sequence[KnownDeviation], results: Sequence[RequirementResult], *, today: date
) -> tuple[str, ...]:
    """Return a sentence for each entry that does not stand any more: what is wrong with it, and what to do.

    An entry whose requirement was not judged is not complained of: nothing is known about it.
    """
    return tuple(
        f"{entry.place}: {sentence}"
        for entry in known
        if (sentence := _complaint(entry, known, results, today=today)) is not None
    )


def read_text(path: Path) -> str:
    """Return the text of a file of known deviations. Raises ConfigurationError."""
    try:
        # A run reads it once more in each of its processes.
        return regular_text(path)
    except UnreadableError as error:
        raise ConfigurationError(f"{path}: the file of known deviations cannot be read: {error}.") from error


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise ConfigurationError(f"{path}: the file of known deviations cannot be read: {error.strerror}.") from error


def _complaint(
    entry: KnownDeviation, known: Sequence[KnownDeviation], results: Sequence[RequirementResult], *, today: date
) -> str | None:
    name = f"{entry.requirement} ({entry.operation})"
    of_id = {result.operation: result for result in results if result.id == entry.requirement}
    if not of_id:
        hint = suggestion(entry.requirement, dict.fromkeys(result.id for result in results))
        return f"there is no requirement `{entry.requirement}`{hint} Mend the entry, or remove it."
    if entry.operation not in of_id:
        hint = suggestion(entry.operation, of_id)
        return f"{entry.requirement} says nothing of `{entry.operation}`{hint} Mend the entry, or remove it."
    if today > entry.expires:
        return f"the deviation {name} expired on {entry.expires}; have it mended, or agree on a new date."
    return _mismatch(entry, known, of_id[entry.operation])


def _mismatch(entry: KnownDeviation, known: Sequence[KnownDeviation], result: RequirementResult) -> str | None:
    """What the result of an entry's requirement shows that the entry does not say."""
    name = f"{entry.requirement} ({entry.operation})"
    if result.verdict == "passed":
        return f"{name} holds now; remove the entry, or have `{COMMAND} prune` do it."
    if result.failure is None or result.blocked or not result.applicable or entry.covers(result):
        return None
    if not is_outdated(entry.fingerprint):
        return f"{name} fails in another way now, {result.failure.fingerprint}; this entry does not excuse it."
    told = f"the fingerprint {entry.fingerprint} of {name} was made by an older version"
    if any(entry.covers(result) for entry in known):
        return f"{told}, and another entry excuses the failure; run `{COMMAND} prune` to drop this one."
    return f"{told}; run `{COMMAND} init` to renew it."


def _entries(path: Path, text: YamlText, data: list[dict[str, Any]]) -> Iterator[KnownDeviation]:
    for number, entry in enumerate(data):
        yield KnownDeviation(
            requirement=entry["requirement"],
            operation=entry["operation"],
            fingerprint=entry["fingerprint"],
            reason=entry["reason"],
            ticket=str(entry["ticket"]),
            owner=entry["owner"],
            expires=date.fromisoformat(entry["expires"]),
            place=f"{path}, line {text.line((number,))}",
        )


def _refuse_twins(entries: Sequence[KnownDeviation]) -> None:
    first: dict[tuple[str, str, str], KnownDeviation] = {}
    for entry in entries:
        key = (entry.requirement, entry.operation, entry.fingerprint)
        if key in first:
            raise ConfigurationError(f"{entry.place}: this entry stands in {first[key].place} already; keep one.")
        first[key] = entry
