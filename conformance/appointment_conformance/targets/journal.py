"""The journal: what a run makes at a target, on disk before and after each request, so that a kill loses nothing."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from appointment_conformance.errors import ConfigurationError

from .target import Target

State = Literal["intended", "made", "refused", "removed"]
_NAME = "journal-{}.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: what it is, the text by which a person finds it, and its path once the target has told its id."""

    number: int
    kind: str
    mark: str
    state: State = "intended"
    path: str = ""


class Journal:
    """An append-only file of JSON lines, each flushed to the disk before the run goes on.

    The first line says what it is about; every other one is an entry as it stands from then on.
    """

    def __init__(self, path: Path, about: dict[str, str], entries: tuple[Entry, ...] = ()) -> None:
        """Continue the file at `path`, which holds `entries` already."""
        self.path, self.about = path, about
        self._entries = {entry.number: entry for entry in entries}

    @classmethod
    def start(cls, directory: Path, target: Target, *, run_id: str) -> Journal:
        """Begin the journal of a run in `directory`, which is made. Raises ConfigurationError where it cannot."""
        about = {"run_id": run_id, "target": target.name, "api": target.api, "base_url": target.base_url}
        journal = cls(directory / _NAME.format(run_id), about)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            journal._write(about)
        except OSError as error:
            raise ConfigurationError(f"{journal.path}: the journal cannot be written: {error.strerror}.") from error
        return journal

    @classmethod
    def read(cls, path: Path) -> Journal:
        """Read a journal; a line that a kill cut short counts as not written. Raises ConfigurationError."""
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
            if not text.endswith("\n"):
                _append(path, b"\n")
            about, *entries = [found for line in text.splitlines() if isinstance(found := _parsed(line), dict)]
            return cls(path, {str(key): str(value) for key, value in about.items()}, tuple(map(_entry, entries)))
        except (OSError, ValueError, LookupError) as error:
            raise ConfigurationError(f"{path}: this is not a journal that can be read: {error}.") from error

    @classmethod
    def find(cls, output: Path, run_id: str) -> Journal:
        """Read the journal of a run among the reports in `output`. Raises ConfigurationError where there is none."""
        found = [path for path in output.glob("*/journal-*.jsonl") if path.name == _NAME.format(run_id)]
        if not found:
            raise ConfigurationError(f"{output}: there is no journal of a run {run_id}; --output names the directory.")
        return cls.read(found[0])

    def intend(self, kind: str, mark: str) -> Entry:
        """Note that a record is about to be made."""
        return self._note(Entry(len(self._entries) + 1, kind, mark))

    def note_made(self, entry: Entry, path: str) -> Entry:
        """Note where a record is, below the base URL."""
        return self._note(replace(entry, state="made", path=path))

    def note_refused(self, entry: Entry) -> Entry:
        """Note that the target made nothing."""
        return self._note(replace(entry, state="refused"))

    def note_removed(self, entry: Entry) -> Entry:
        """Note that a record is gone, or as gone as the api allows."""
        return self._note(replace(entry, state="removed"))

    @property
    def standing(self) -> tuple[Entry, ...]:
        """What was made, or may have been, and is not removed; the youngest first."""
        return tuple(one for one in reversed(self._entries.values()) if one.state in {"intended", "made"})

    def _note(self, entry: Entry) -> Entry:
        self._write({name: getattr(entry, name) for name in Entry.__slots__})
        self._entries[entry.number] = entry
        return entry

    def _write(self, line: dict[str, Any]) -> None:
        _append(self.path, json.dumps(line).encode() + b"\n")


def reminders(directory: Path) -> tuple[str, ...]:
    """Return a sentence for each journal in `directory` of a run that did not remove all it made."""
    journals = [Journal.read(path) for path in sorted(directory.glob(_NAME.format("*")))]
    return tuple(
        f"Run {one.about.get('run_id')} left {len(one.standing)} records behind; "
        f"`appointment-conformance cleanup {one.about.get('run_id')}` removes them."
        for one in journals
        if one.standing
    )


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _entry(line: dict[str, Any]) -> Entry:
    return Entry(int(line["number"]), str(line["kind"]), str(line["mark"]), line["state"], str(line["path"]))
