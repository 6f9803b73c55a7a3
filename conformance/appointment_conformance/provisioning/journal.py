"""The journal: what a run makes at a target, on disk before and after each request, so that a kill loses nothing.

Each line carries a digest of itself and of the line before it, keyed by the target's token (`digests.py`).
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

from .digests import DIGEST, SALT, are_whole, digest_of, key_of, new_salt

#: `named` is what an answer named and none has shown to be the run's own; `made` is what one has.
State = Literal["intended", "named", "made", "refused", "removed"]
#: What no operation removes, by the journals of earlier versions, which do not say it themselves.
_LASTING_BEFORE: Final = frozenset({"list definition"})
_NAME = "journal-{}.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: what it is, the text by which a person finds it, and its path once the target has told its id.

    `readable` says that a read has shown it to be the run's own, `lasting` that no operation removes it.
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
        """The text of its id, empty where that is not known."""
        return self.path.rpartition("/")[2]

    @property
    def removable(self) -> bool:
        """Whether there may be a way to remove it: its id is known, and there is an operation for it."""
        return self.state in {"named", "made"} and not self.lasting


class Journal:
    """An append-only file of JSON lines, each flushed to the disk before the run goes on.

    The first line says what it is about; every other one is an entry as it stands from then on. One that was begun or
    found is held by this process until `close`, or until the process ends, however it ends.

    What an entry of a file says is believed only once it is trusted: whoever can write the file can write anything.
    """

    def __init__(
        self,
        path: Path,
        about: dict[str, str],
        entries: tuple[Entry, ...] = (),
        lines: Sequence[dict[str, Any]] = (),
        hold: int | None = None,
    ) -> None:
        """Continue the file at `path`, which has `lines` with `entries` already; `hold` is what it is held by."""
        self.path, self.about = path, about
        self._entries = {entry.number: entry for entry in entries}
        self._trusted: set[int] = set()
        #: Whether its digests show that each line is as the run wrote it, with the token that is in use now.
        self.is_whole = False
        self._lines, self._hold = lines, hold
        self._key: bytes | None = None
        self._last_digest = str(lines[-1].get(DIGEST)) if lines else ""

    @classmethod
    def start(cls, directory: Path, target: Target, *, run_id: str) -> Journal:
        """Begin the journal of a run in `directory`, which is made, and hold it.

        Raises ConfigurationError where it cannot be written.
        """
        address = secrets_of(target).hide_text(target.base_url)
        about = {"run_id": run_id, "target": target.name, "api": target.api, "base_url": address}
        about |= {SALT: new_salt()}
        journal = cls(directory / _NAME.format(run_id), about)
        journal._key = key_of(target.token, about[SALT])
        try:
            directory.mkdir(parents=True, exist_ok=True)
            journal._write(about)
            # Nobody holds it for longer than a look.
            journal._hold = await_lock(journal.path)
        except OSError as error:
            raise ConfigurationError(f"{journal.path}: the journal cannot be written: {error.strerror}.") from error
        return journal

    @classmethod
    def read(cls, path: Path, hold: int | None = None) -> Journal:
        """Read a journal; a line that a kill cut short counts as not written. Raises ConfigurationError."""
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
            lines = [found for line in text.splitlines() if isinstance(found := _parsed(line), dict)]
            about = {str(key): str(value) for key, value in lines[0].items() if key != DIGEST}
            return cls(path, about, tuple(map(_entry, lines[1:])), lines, hold)
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
            raise ConfigurationError(f"{path}: this is not a journal that can be read: {error}.") from error

    @classmethod
    def find(cls, output: Path, run_id: str) -> Journal:
        """Read the journal of a run that has ended among the reports in `output`, and hold it.

        Raises ConfigurationError where there is none or more than one, where it is of another run, and where its run or
        a clean-up holds it.
        """
        found = sorted(path for path in output.glob("*/journal-*.jsonl") if path.name == _NAME.format(run_id))
        if not found:
            raise ConfigurationError(f"{output}: there is no journal of a run {run_id}; --output names the directory.")
        if len(found) > 1:
            both = f"{found[0]} and {found[1]}"
            raise ConfigurationError(
                f"{both}: there are two journals of run {run_id}; keep the one that it has written."
            )
        try:
            hold = lock(found[0])
        except BlockingIOError:
            told = f"run {run_id} is still going on, or being cleaned up; clean up after it once that has ended."
            raise ConfigurationError(told) from None
        journal = cls.read(found[0], hold)
        if journal.about.get("run_id") != run_id:
            journal.close()
            raise ConfigurationError(f"{found[0]}: the first line names another run than {run_id}; it was changed.")
        return journal

    @property
    def has_digests(self) -> bool:
        """Whether its lines carry digests; those of earlier versions did not."""
        return SALT in self.about and all(DIGEST in line for line in self._lines)

    def unlock(self, token: str) -> None:
        """Sign later lines with `token`, and find out whether every line so far was written by whoever had it.

        Where that is so, it is believed which records are removed; what stands has to be looked at first.
        """
        self._key = key_of(token, self.about.get(SALT, ""))
        self.is_whole = self._key is not None and are_whole(self._lines, self._key)
        if self.is_whole:
            self._trusted |= {one.number for one in self.entries if one.state == "removed"}

    def trust(self, entry: Entry) -> None:
        """Believe that `entry` is a record of this run."""
        self._trusted.add(entry.number)

    def is_own(self, entry: Entry) -> bool:
        """Whether `entry` is known to be a record of this run, or to have been one."""
        return entry.state in {"made", "removed"} and entry.number in self._trusted

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every record as it stands now, the oldest first."""
        return tuple(self._entries.values())

    def close(self) -> None:
        """Let go of the file."""
        release(self._hold)
        self._hold = None

    def record_intent(self, kind: str, mark: str, *, lasting: bool = False) -> Entry:
        """Note that a record is about to be made; `lasting` says that no operation will remove it."""
        return self._note(Entry(len(self._entries) + 1, kind, mark, lasting=lasting))

    def record_named(self, entry: Entry, path: str) -> Entry:
        """Note which path below the base URL an answer named; nothing shows that this record is the run's own."""
        self._trusted.discard(entry.number)
        return self._note(replace(entry, state="named", path=path))

    def record_made(self, entry: Entry, path: str, *, readable: bool = False) -> Entry:
        """Note where a record is, below the base URL: an answer has shown its mark, a read where `readable`."""
        self._trusted.add(entry.number)
        return self._note(replace(entry, state="made", path=path, readable=readable))

    def record_refused(self, entry: Entry) -> Entry:
        """Note that the target made nothing."""
        return self._note(replace(entry, state="refused"))

    def record_removed(self, entry: Entry) -> Entry:
        """Note that a record is gone, or as gone as the api allows."""
        return self._note(replace(entry, state="removed"))

    @property
    def remaining(self) -> tuple[Entry, ...]:
        """What was made, or may have been, and is not removed; the youngest first."""
        return tuple(one for one in reversed(self._entries.values()) if one.state not in {"refused", "removed"})

    def _note(self, entry: Entry) -> Entry:
        # First here: where the disk is full, this process can still remove what it knows of.
        self._entries[entry.number] = entry
        self._write({name: getattr(entry, name) for name in Entry.__slots__})
        return entry

    def _write(self, line: dict[str, Any]) -> None:
        digest = digest_of(self._key, self._last_digest, line) if self._key else ""
        _append(self.path, json.dumps({**line, DIGEST: digest}).encode() + b"\n")
        self._last_digest = digest


def reminders(directory: Path) -> tuple[str, ...]:
    """Return a sentence for each journal in `directory` of a run that has ended and did not remove what it could."""
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
    run_id, left = journal.about.get("run_id", ""), [one for one in journal.remaining if not one.lasting]
    return f"Run {run_id} left {len(left)} of its records behind; {remedy(run_id)}." if left else ""


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
    if line["state"] not in get_args(State):
        raise ValueError(f"{line['state']!r} is no state of a record")
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
