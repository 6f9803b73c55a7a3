"""One run that several processes of a pytest session share: the first one plays it, the others read its result."""

from __future__ import annotations

import pickle
from contextlib import suppress
from dataclasses import fields
from os import getpid
from pathlib import Path
from typing import Final

from appointment_conformance.errors import SuiteError
from appointment_conformance.file_lock import await_lock, release
from appointment_reports import RunResult

#: Why there is no result of a process that has begun the run.
ENDED_EARLY: Final = "the process of pytest-xdist that judged this target ended before it had a result"


class SharedRun:
    """The lock and the result of one run, in a folder that only the processes of one session know."""

    def __init__(self, folder: Path, name: str) -> None:
        """Use files that begin with `name`; nothing is created yet."""
        self._lock, self._result = folder / f"{name}.lock", folder / f"{name}.result"
        self._hold: int | None = None

    def enter(self) -> RunResult | None:
        """Wait until no process plays the run; return its result, or None if this process has to play it.

        In the second case this process has the lock until it calls `leave`. The result has no exchanges, which only
        the process that played has. Raises SuiteError if a process has begun the run and has ended without a result.
        """
        self._lock.touch()
        hold = await_lock(self._lock)
        if self._result.exists():
            release(hold)
            return self._read()
        if self.player is not None:
            release(hold)
            raise SuiteError(f"{ENDED_EARLY}.")
        self._lock.write_text(str(getpid()), encoding="ascii")
        self._hold = hold
        return None

    def leave(self, result: RunResult) -> None:
        """Store `result` for the other processes, and release the lock. Only the process that plays calls this."""
        draft = self._result.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(_without_exchanges(result)))
        draft.replace(self._result)
        release(self._hold)
        self._hold = None

    @property
    def player(self) -> int | None:
        """The id of the process that has begun the run, None if none has."""
        with suppress(OSError, ValueError):
            return int(self._lock.read_text(encoding="ascii"))
        return None

    def _read(self) -> RunResult:
        # A process of this session has written the file, into a folder that only this user can read.
        result: RunResult = pickle.loads(self._result.read_bytes())  # noqa: S301 - as above
        return result


def _without_exchanges(result: RunResult) -> RunResult:
    """What a process can hand to another one: the recording and the secrets stay where they are."""
    kept = {field.name: getattr(result, field.name) for field in fields(result) if field.compare}
    return RunResult(**kept)
