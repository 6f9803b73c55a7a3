"""The supply of a run: fixtures made by the target's own operations, journalled before use, removed by id alone."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from appointment_conformance.errors import BudgetSpent, NotTestable, SuiteError, TargetLost
from appointment_conformance.signals import put_off
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.probe import JSON_BODY, Probe, bearer, json_text
from appointment_conformance.traffic.recording import Seen
from appointment_reports import cut

from .journal import Entry, Journal
from .licence import Licence
from .recipe import Make, Making, mijnklantportaal_fixtures, omneo_fixtures

#: No run makes more appointments than this.
MOST_APPOINTMENTS = 8
#: Answers to a removal after which the record is as gone as the api allows: removed, not there, cancelled already.
GONE: Final = frozenset({200, 202, 204, 404, 409, 410})
#: Members that an answer may repeat; another value than was sent means that it speaks of somebody else's record.
REPEATED: Final = ("email", "attendeeEmail", "profile_id")


@dataclass(frozen=True, slots=True)
class Left:
    """A record that is left behind: a phrase that says which and why, and whether a clean-up may yet remove it."""

    told: str
    removable: bool


class Supply:
    """Makes and removes the records that one journal tells of, through a client that obeys the licence alone."""

    def __init__(self, target: Target, client: Client, journal: Journal) -> None:
        """Make nothing yet."""
        self._target, self._client, self._journal = target, client, journal

    def stock(self, *, appointments: int, today: date) -> Fixtures:
        """Make the fixtures of a run. Raises NotTestable where the target does not make one."""
        self._client.obey(Licence(self._target, self._journal))
        run_id, provision = self._journal.about["run_id"], self._target.provision
        made: Make = self._make
        try:
            if self._target.api == "omneo" and provision:
                return omneo_fixtures(run_id, made, today=today, provision=provision)
            most = min(appointments, MOST_APPOINTMENTS)
            return mijnklantportaal_fixtures(run_id, made, today=today, appointments=most)
        except (BudgetSpent, TargetLost) as reason:
            raise NotTestable(f"the fixtures could not be made: {reason}") from reason
        except OSError as error:
            told = f"the fixtures could not be made: the journal cannot be written ({error.strerror})."
            raise NotTestable(told) from error

    def clear(self, canceled: Collection[str] = ()) -> tuple[Left, ...]:
        """Remove what stands, the youngest first; return what is left behind.

        Appointments that the run itself has `canceled` are gone already where the api knows no other removal.
        """
        if self._target.api == "mijnklantportaal":
            self._note_gone({f"/appointments/{one}" for one in canceled})
        self._client.obey(Licence(self._target, self._journal))
        self._client.pace.release()
        left = [_left(entry, reason) for entry in self._journal.standing if (reason := self._remove(entry))]
        return tuple(left)

    def close(self) -> None:
        """Let go of the journal: from here on a clean-up may go by it."""
        self._journal.close()

    def _note_gone(self, paths: Collection[str]) -> None:
        for entry in self._journal.standing:
            if entry.path in paths:
                self._note_removed(entry)

    def _make(self, making: Making) -> str:
        # What is made has to be removed as well, so that much of the budget is out of reach from here on.
        self._client.pace.reserve(1)
        with put_off():
            return self._made(making)

    def _made(self, making: Making) -> str:
        entry = self._journal.intend(making.kind, making.mark)
        try:
            seen = self._send(f"make/{making.kind}", "POST", making.path, json_text(making.body))
        except BudgetSpent:
            self._journal.note_refused(entry)  # It was never sent.
            raise
        if seen.status is not None and 400 <= seen.status < 500:
            self._journal.note_refused(entry)
        found = _id_of(seen, making)
        if found is None or f"{making.path}/{found}" in {one.path for one in self._journal.standing}:
            raise NotTestable(f"the fixtures could not be made: {_complaint(making, seen)}")
        self._journal.note_made(entry, f"{making.path}/{found}")
        return found

    def _remove(self, entry: Entry) -> str | None:
        """Remove one record; return why it is left behind, or None. Whatever happens, the others have their turn."""
        if entry.state == "intended":
            return "no answer told whether it was made"
        if not entry.removable:
            return "no operation removes it"
        try:
            seen = self._send(f"remove/{entry.kind}", "DELETE", entry.path)
        except SuiteError as error:
            return str(error).rstrip(".")
        except Exception as error:  # noqa: BLE001 - an answer that breaks us must not keep the other records
            return f"its removal broke off ({type(error).__name__})"
        if seen.status not in GONE:
            return f"its removal was answered {seen.status}" if seen.status else "its removal was not answered"
        self._note_removed(entry)
        return None

    def _note_removed(self, entry: Entry) -> None:
        with suppress(OSError):  # It is gone, whatever the journal says; a clean-up would find it gone.
            self._journal.note_removed(entry)

    def _send(self, name: str, method: str, path: str, body: bytes | None = None) -> Seen:
        headers = (*(JSON_BODY if body else ()), *bearer(self._target.token))
        probe = Probe(name.replace(" ", "-"), "neighbour", "neighbour", method, path, headers, body)
        return self._client.send(probe, "provisioning")


class Stores:
    """The supply of a run that may need none: the journal is begun when the first record is wanted."""

    def __init__(self, client: Client, directory: Path, *, run_id: str) -> None:
        """Touch neither the disk nor the target."""
        self._begin = partial(Journal.start, directory, run_id=run_id)
        self._client = client
        self._supply: Supply | None = None
        self._left: tuple[Left, ...] = ()

    def stock(self, target: Target, *, appointments: int) -> Target:
        """Return `target` with its fixtures, made first where it says so. Raises NotTestable, ConfigurationError."""
        if target.provision is None:
            return target
        self._supply = Supply(target, self._client, self._begin(target))
        return target.stocked(self._supply.stock(appointments=appointments, today=date.today()))  # noqa: DTZ011

    def clear(self, canceled: Collection[str] = ()) -> tuple[Left, ...]:
        """Remove what was made, once, save what was `canceled`; return what is left behind."""
        if self._supply is not None:
            self._left = self._supply.clear(canceled)
            self._supply.close()
            self._supply = None
        return self._left


def _id_of(seen: Seen, making: Making) -> str | None:
    """The text of the new record's id; None unless the answer is a success that speaks of what was asked for."""
    data = json_of(seen) if seen.status in {200, 201} else None
    record: Any = data.get("data") if isinstance(data, dict) and "data" in data else data
    if not isinstance(record, dict) or isinstance(record.get("id"), bool):
        return None
    strange = [name for name in REPEATED if name in making.body and name in record and not _same(name, making, record)]
    text = str(record.get("id"))
    return text if making.form.fullmatch(text) and not strange else None


def _same(name: str, making: Making, record: dict[str, Any]) -> bool:
    return str(record[name]).lower() == str(making.body[name]).lower()


def _complaint(making: Making, seen: Seen) -> str:
    """One sentence on an answer that does not show a new record."""
    if seen.status is None:
        return f"POST {making.path} was not answered ({seen.exchange.error})."
    data = json_of(seen)
    message = data.get("message") if isinstance(data, dict) else None
    more = f" ({cut(message, 200)})" if isinstance(message, str) else ""
    if seen.status in {200, 201}:
        return f"the answer {seen.status} to POST {making.path} does not show a new {making.kind}."
    return f"POST {making.path} was answered {seen.status}{more}."


def _left(entry: Entry, reason: str) -> Left:
    name = entry.path.rpartition("/")[2] or "of unknown id"
    return Left(f"{entry.kind} {name} ({entry.mark}): {reason}", entry.removable)
