"""The journal lists the records that a run makes, on disk before and after each request, so that a kill loses nothing.

Each line has a digest of itself and of the line before it, with a key made from the target's token (`digests.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.file_lock import await_lock, is_locked, lock, release
from appointment_conformance.targets import Target
from appointment_conformance.traffic.secrets import secrets_of

from .digests import DIGEST, SALT, are_unchanged, digest_of, key_of, new_salt

#: `named`: an answer gave the id, but no answer has shown that the record belongs to the run; `made`: one has.
State = Literal["intended", "named", "made", "refused", "removed"]
#: Kinds that no operation removes; journals of earlier versions do not say so themselves.
_LASTING_BEFORE: Final = frozenset({"list definition"})
_NAME = "journal-{}.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its kind, the text by which a person finds it, and its path once the target has given its id.

    `readable` means that a read has shown that it belongs to the run, `lasting` that no operation removes it.
    """

    number: int
    kind: str
    mark: str
    state: State = "intended"
    path: str = ""
    readable: bool = False
    lasting: bool = False

    @property
    def id(self) -> str:
        """The text of its id, empty if it is unknown."""
        return self.path.rpartition("/")[2]

    @property
    def removable(self) -> bool:
        """Whether it can be removed: its id is known, and there is an operation for that."""
        return self.state in {"named", "made"} and not self.lasting


class Journal:
    """An append-only file of JSON lines, each flushed to disk before the run continues.

    The first line describes the run and its target; every other line is the new state of an entry. `start` and `find`
    lock the file until `close` or the end of the process.

    An entry that was read from a file counts as the run's own only once it is trusted: anyone who can write the file
    can write any entry.
    """

    def __init__(
        self,
        path: Path,
        about: dict[str, str],
        entries: tuple[Entry, ...] = (),
        lines: Sequence[dict[str, Any]] = (),
        hold: int | None = None,
    ) -> None:
        """Continue the file at `path`, which has `lines` with `entries`; `hold` is the descriptor of its lock."""
        self.path, self.about = path, about
        self._entries = {entry.number: entry for entry in entries}
        self._trusted: set[int] = set()
        #: Whether the digests prove that each line is as the run wrote it, with the current token.
        self.is_unchanged = False
        self._lines, self._hold = lines, hold
        self._key: bytes | None = None
        self._last_digest = str(lines[-1].get(DIGEST)) if lines else ""

    @classmethod
    def start(cls, directory: Path, target: Target, *, run_id: str) -> Journal:
        """Begin the journal of a run in `directory`, which is created if necessary, and lock it.

        Raises ConfigurationError if it cannot be written.
        """
        address = secrets_of(target).hide_text(target.base_url)
        about = {"run_id": run_id, "target": target.name, "api": target.api, "base_url": address}
        about |= {SALT: new_salt()}
        journal = cls(directory / _NAME.format(run_id), about)
        journal._key = key_of(target.lasting_secret, about[SALT])
        try:
            directory.mkdir(parents=True, exist_ok=True)
            journal._write(about)
            # Other processes hold this lock only briefly, so waiting is safe.
            journal._hold = await_lock(journal.path)
        except OSError as error:
            raise ConfigurationError(f"{journal.path}: the journal cannot be written: {error.strerror}.") from error
        return journal

    @classmethod
    def read(cls, path: Path, hold: int | None = None) -> Journal:
        """Read a journal. A line that a kill cut short is ignored. Raises ConfigurationError if it cannot be read."""
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
            lines = [parsed for line in text.splitlines() if isinstance(parsed := _parsed(line), dict)]
            about = {str(key): str(value) for key, value in lines[0].items() if key != DIGEST}
            return cls(path, about, tuple(map(_entry, lines[1:])), lines, hold)
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            raise ConfigurationError(f"{path}: this is not a journal that can be read: {error}.") from error

    @classmethod
    def find(cls, output: Path, run_id: str) -> Journal:
        """Find the journal of a run that has ended among the reports in `output`, lock it and read it.

        Raises ConfigurationError if there is none or more than one, if it belongs to another run, and if its run or a
        clean-up has locked it.
        """
        paths = sorted(path for path in output.glob("*/journal-*.jsonl") if path.name == _NAME.format(run_id))
        if not paths:
            raise ConfigurationError(f"{output}: there is no journal of a run {run_id}; --output names the directory.")
        if len(paths) > 1:
            both = f"{paths[0]} and {paths[1]}"
            raise ConfigurationError(
                f"{both}: there are two journals of run {run_id}; keep the one that the run wrote."
            )
        try:
            hold = lock(paths[0])
        except BlockingIOError:
            message = f"run {run_id} is still going on, or being cleaned up; clean up after it once that has ended."
            raise ConfigurationError(message) from None
        journal = cls.read(paths[0], hold)
        if journal.about.get("run_id") != run_id:
            journal.close()
            raise ConfigurationError(f"{paths[0]}: the first line names another run than {run_id}; it was changed.")
        return journal

    @property
    def has_digests(self) -> bool:
        """Whether its lines have digests; those of earlier versions do not."""
        return SALT in self.about and all(DIGEST in line for line in self._lines)

    def unlock(self, token: str) -> None:
        """Sign later lines with `token`, and check whether all lines so far were written with it.

        If they were, entries that are removed are trusted; the remaining ones have to be read first.
        """
        self._key = key_of(token, self.about.get(SALT, ""))
        self.is_unchanged = self._key is not None and are_unchanged(self._lines, self._key)
        if self.is_unchanged:
            self._trusted |= {entry.number for entry in self.entries if entry.state == "removed"}

    def trust(self, entry: Entry) -> None:
        """Record that `entry` is known to belong to this run."""
        self._trusted.add(entry.number)

    def is_own(self, entry: Entry) -> bool:
        """Whether `entry` is known to be, or to have been, a record of this run."""
        return entry.state in {"made", "removed"} and entry.number in self._trusted

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The current state of every record, oldest first."""
        return tuple(self._entries.values())

    def close(self) -> None:
        """Release the lock of the file."""
        release(self._hold)
        self._hold = None

    def record_intent(self, kind: str, mark: str, *, lasting: bool = False) -> Entry:
        """Record that a record is about to be made; `lasting` says that no operation can remove it."""
        return self._append_entry(Entry(len(self._entries) + 1, kind, mark, lasting=lasting))

    def record_named(self, entry: Entry, path: str) -> Entry:
        """Record the path below the base URL that an answer gave; nothing shows yet whose record it is."""
        self._trusted.discard(entry.number)
        return self._append_entry(replace(entry, state="named", path=path))

    def record_made(self, entry: Entry, path: str, *, readable: bool = False) -> Entry:
        """Record the path of a record below the base URL. An answer has shown its mark; a read has if `readable`."""
        self._trusted.add(entry.number)
        return self._append_entry(replace(entry, state="made", path=path, readable=readable))

    def record_refused(self, entry: Entry) -> Entry:
        """Record that the target made no record."""
        return self._append_entry(replace(entry, state="refused"))

    def record_removed(self, entry: Entry) -> Entry:
        """Record that a record no longer exists, or is in the final state that the API allows."""
        return self._append_entry(replace(entry, state="removed"))

    @property
    def remaining(self) -> tuple[Entry, ...]:
        """The records that were made, or may have been, and are not removed; newest first."""
        return tuple(entry for entry in reversed(self._entries.values()) if entry.state not in {"refused", "removed"})

    def _append_entry(self, entry: Entry) -> Entry:
        # In memory first: if the disk is full, this process can still remove the record.
        self._entries[entry.number] = entry
        self._write({name: getattr(entry, name) for name in Entry.__slots__})
        return entry

    def _write(self, line: dict[str, Any]) -> None:
        digest = digest_of(self._key, self._last_digest, line) if self._key else ""
        _append(self.path, json.dumps({**line, DIGEST: digest}).encode() + b"\n")
        self._last_digest = digest


def reminders(directory: Path) -> tuple[str, ...]:
    """Return a sentence for each journal in `directory` whose run has ended and left removable records behind."""
    paths = [path for path in sorted(directory.glob(_NAME.format("*"))) if not is_locked(path)]
    return tuple(sentence for path in paths if (sentence := _reminder(path)))


def remedy(run_id: str) -> str:
    """Return what to do about the records that a run left behind."""
    return f"`appointment-conformance cleanup {run_id}` removes what it can"


def _reminder(path: Path) -> str:
    try:
        journal = Journal.read(path)
    except ConfigurationError as error:
        return str(error)
    run_id, left = journal.about.get("run_id", ""), [entry for entry in journal.remaining if not entry.lasting]
    return f"Run {run_id} left {len(left)} of its records behind; {remedy(run_id)}." if left else ""


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        # Do not continue a line that was cut short by a kill or a full disk: start a new one.
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
    if line["state"] not in get_args(State):
        raise ValueError(f"{line['state']!r} is not a state of a record")
    kind = str(line["kind"])
    return Entry(
        int(line["number"]),
        kind,
        str(line["mark"]),
        line["state"],
        str(line["path"]),
        readable=line.get("readable") is True,
        lasting=line.get("lasting", kind in _LASTING_BEFORE) is True,
    )
