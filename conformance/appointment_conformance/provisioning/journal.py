"""The journal: what a run makes at a target, on disk before and after each request, so that a kill loses nothing."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target
from appointment_conformance.traffic.secrets import secrets_of

try:
    import fcntl
except ImportError:  # Not on Windows: there nothing tells that a run is still going on, and all else works.
    fcntl = None  # type: ignore[assignment]

State = Literal["intended", "made", "refused", "removed"]
#: What no operation of an api removes.
LASTING: Final = frozenset({"list definition"})
_NAME = "journal-{}.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: what it is, the text by which a person finds it, and its path once the target has told its id."""

    number: int
    kind: str
    mark: str
    state: State = "intended"
    path: str = ""

    @property
    def removable(self) -> bool:
        """Whether it can be removed: its id is known, and there is an operation for it."""
        return self.state == "made" and self.kind not in LASTING


class Journal:
    """An append-only file of JSON lines, each flushed to the disk before the run goes on.

    The first line says what it is about; every other one is an entry as it stands from then on. One that was begun or
    found is held by this process until `close`, or until the process ends, however it ends.
    """

    def __init__(
        self, path: Path, about: dict[str, str], entries: tuple[Entry, ...] = (), hold: int | None = None
    ) -> None:
        """Continue the file at `path`, which has `entries` already; `hold` is the descriptor that it is held by."""
        self.path, self.about = path, about
        self._entries = {entry.number: entry for entry in entries}
        self._hold = hold

    @classmethod
    def start(cls, directory: Path, target: Target, *, run_id: str) -> Journal:
        """Begin the journal of a run in `directory`, which is made, and hold it.

        Raises ConfigurationError where it cannot be written.
        """
        address = secrets_of(target).hide_text(target.base_url)
        about = {"run_id": run_id, "target": target.name, "api": target.api, "base_url": address}
        journal = cls(directory / _NAME.format(run_id), about)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            journal._write(about)
            # Nobody holds it for longer than a look.
            journal._hold = _held(journal.path, wait=True)
        except OSError as error:
            raise ConfigurationError(f"{journal.path}: the journal cannot be written: {error.strerror}.") from error
        return journal

    @classmethod
    def read(cls, path: Path, hold: int | None = None) -> Journal:
        """Read a journal; a line that a kill cut short counts as not written. Raises ConfigurationError."""
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
            about, *entries = [found for line in text.splitlines() if isinstance(found := _parsed(line), dict)]
            return cls(path, {str(key): str(value) for key, value in about.items()}, tuple(map(_entry, entries)), hold)
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            raise ConfigurationError(f"{path}: this is not a journal that can be read: {error}.") from error

    @classmethod
    def find(cls, output: Path, run_id: str) -> Journal:
        """Read the journal of a run that has ended among the reports in `output`, and hold it.

        Raises ConfigurationError where there is none, and where its run or a clean-up holds it.
        """
        found = [path for path in output.glob("*/journal-*.jsonl") if path.name == _NAME.format(run_id)]
        if not found:
            raise ConfigurationError(f"{output}: there is no journal of a run {run_id}; --output names the directory.")
        try:
            hold = _held(found[0])
        except BlockingIOError:
            told = f"run {run_id} is still going on, or being cleaned up; clean up after it once that has ended."
            raise ConfigurationError(told) from None
        return cls.read(found[0], hold)

    def close(self) -> None:
        """Let go of the file."""
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None

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
        # First here: where the disk is full, this process can still remove what it knows of.
        self._entries[entry.number] = entry
        self._write({name: getattr(entry, name) for name in Entry.__slots__})
        return entry

    def _write(self, line: dict[str, Any]) -> None:
        _append(self.path, json.dumps(line).encode() + b"\n")


def reminders(directory: Path) -> tuple[str, ...]:
    """Return a sentence for each journal in `directory` of a run that has ended and did not remove what it could."""
    paths = [path for path in sorted(directory.glob(_NAME.format("*"))) if not _is_held(path)]
    return tuple(sentence for path in paths if (sentence := _reminder(path)))


def remedy(run_id: str) -> str:
    """Return what to do about the records that a run left behind."""
    return f"`appointment-conformance cleanup {run_id}` removes what it can"


def _reminder(path: Path) -> str:
    try:
        journal = Journal.read(path)
    except ConfigurationError as error:
        return str(error)
    run_id, left = journal.about.get("run_id", ""), [one for one in journal.standing if one.kind not in LASTING]
    return f"Run {run_id} left {len(left)} of its records behind; {remedy(run_id)}." if left else ""


def _is_held(path: Path) -> bool:
    try:
        hold = _held(path)
    except BlockingIOError:
        return True
    if hold is not None:
        os.close(hold)
    return False


def _held(path: Path, *, wait: bool = False) -> int | None:
    """Hold a file and return the descriptor that does; None where the system or the file system has no such locks.

    Raises BlockingIOError where somebody else holds it, unless told to `wait`.
    """
    if fcntl is None:
        return None
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return descriptor


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        # A line that was cut short, by a kill or by a full disk, is not continued.
        file.write(data if _ends_whole(path) else b"\n" + data)
        file.flush()
        os.fsync(file.fileno())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if not file.tell():
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _entry(line: dict[str, Any]) -> Entry:
    return Entry(int(line["number"]), str(line["kind"]), str(line["mark"]), line["state"], str(line["path"]))
