"""The provisioner of a run: it makes fixtures by the target's own operations, and removes those that are its own.

A record is the run's own once an answer to its making, or a read of it, shows the mark that the run put there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from appointment_conformance.errors import (
    BudgetSpent,
    ConfigurationError,
    NotTestable,
    RequestRefused,
    SuiteError,
    TargetLost,
)
from appointment_conformance.signals import deferred
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.answer import id_text, json_of
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.intermediary import is_page
from appointment_conformance.traffic.lag import LAG_WAITS
from appointment_conformance.traffic.probe import JSON_BODY, Probe, bearer, json_text
from appointment_conformance.traffic.recording import NOT_THERE, Seen
from appointment_reports import cut

from .journal import Entry, Journal
from .mark import Mark, Owner, record_of, same_id
from .policy import ProvisioningPolicy
from .record_specs import RecordSpec
from .removed import Shown, is_as_documented, is_gone, is_missing, shown_by, why_left
from .spec import MakeContext, Provisioning, parent_of

#: What a record takes after it was made: a read, its removal, and a read that confirms that.
REQUESTS_AFTER = 3
#: Why a record that an answer has named is not removed: what a read has shown, or that no answer has shown the mark.
ANOTHERS: Final = "a read shows a record of somebody else there, so it is not removed"
UNPROVEN: Final = "no answer shows that it is this run's own, so it is not removed"
#: Why one that the journal alone says to be the run's own is not removed, and what to do.
UNVERIFIED: Final = (
    "no read shows that it is this run's own, and the journal was changed or written with another token; "
    "remove it by hand if it is"
)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A record that is left behind: a phrase that says which and why, and whether a clean-up may yet remove it."""

    message: str
    removable: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A removal that was tried: its answer, or in words why there is none, and what a read has shown after it."""

    entry: Entry
    answer: Seen | None
    failure: str
    shown: Shown = "nothing"


class Provisioner:
    """Makes and removes the records that one journal names, through a client with a policy for that alone."""

    def __init__(self, target: Target, client: Client, journal: Journal, provisioning: Provisioning) -> None:
        """Make nothing yet; `provisioning` says how the target's API makes records."""
        self._target, self._client, self._journal = target, client, journal
        self._provisioning, self._removal = provisioning, provisioning.removal
        #: Kinds of records that a read has shown.
        self._read: set[str] = set()
        #: Why a record of this run is not known to be its own, by number.
        self._doubted: dict[int, str] = {}
        #: Answers to removals by the run's own scenarios, by the number of the record.
        self._answers: dict[int, Seen] = {}
        #: Whether a request about a record was answered with success since the removals began.
        self._is_served = False
        #: What neither its removal nor a read has found.
        self._missing: list[Attempt] = []
        #: The seconds before a read that shows a record as it was before its removal is sent again.
        self._waits: tuple[float, ...] = LAG_WAITS

    def create(self, *, appointments: int, today: date) -> Fixtures:
        """Make the fixtures of a run. Raises NotTestable where the target does not make one."""
        self._client.set_policy(self._policy())
        run_id, provision = self._journal.about["run_id"], self._target.provision
        context = MakeContext(run_id, today, provision, appointments, self._make)
        try:
            return self._provisioning.make(context)
        except (BudgetSpent, TargetLost) as reason:
            raise NotTestable(f"the fixtures could not be made: {reason}") from reason
        except OSError as error:
            told = f"the fixtures could not be made: the journal cannot be written ({error.strerror})."
            raise NotTestable(told) from error

    def remove_records(self, seen: Sequence[Seen] = ()) -> tuple[Leftover, ...]:
        """Remove what stands and is known to be the run's own, the youngest first; return what is left behind.

        `seen` is what the run has seen: what it shows to be removed already needs no request.
        """
        self._client.set_policy(self._policy())
        self._client.rate_limiter.release()
        self._is_served, self._missing = False, []
        self._learn_from(seen)
        doubts = self._doubts()
        left: list[Leftover] = []
        for _, entries in groupby(self._journal.remaining, key=lambda entry: entry.kind):
            left += self._cleared_of(tuple(entries), doubts)
        return (*left, *self._settled())

    def close(self) -> None:
        """Let go of the journal: from here on a clean-up may go by it."""
        self._journal.close()

    def _policy(self) -> ProvisioningPolicy:
        return ProvisioningPolicy(self._provisioning, self._journal)

    def _make(self, spec: RecordSpec) -> str:
        if len(self._journal.entries) >= self._provisioning.max_records:
            raise RequestRefused(f"a run of {self._target.api} makes {self._provisioning.max_records} records at most.")
        # What is made has to be read and removed as well, so that much of the budget is out of reach from here on.
        self._client.rate_limiter.reserve(REQUESTS_AFTER)
        with deferred():
            return self._made(spec)

    def _made(self, spec: RecordSpec) -> str:
        entry = self._journal.record_intent(spec.kind, spec.mark, lasting=spec.kind in self._provisioning.lasting)
        try:
            seen = self._send(f"make/{spec.kind}", "POST", spec.path, json_text(spec.body))
        except BudgetSpent:
            self._journal.record_refused(entry)  # It was never sent.
            raise
        if seen.status is not None and 400 <= seen.status < 500:
            self._journal.record_refused(entry)
        found, mark = _id_of(seen, spec), self._mark(spec.body)
        owner = "another" if found is None else mark.owner_of(record_of(seen) or {}, found)
        if found is None or owner == "another" or self._is_taken(spec, found):
            raise NotTestable(f"the fixtures could not be made: {_complaint(spec, seen, found)}")
        note = self._journal.record_made if owner == "own" else self._journal.record_named
        self._check_own(note(entry, f"{spec.path}/{found}"), mark)
        return found

    def _is_taken(self, spec: RecordSpec, found: str) -> bool:
        """Whether an id was there before: as a record of this run, or as one that the target names."""
        made = [one.id for one in self._journal.entries if one.path and one.kind == spec.kind]
        return any(same_id(found, one) for one in (*made, *self._provisioning.named(self._target).get(spec.kind, ())))

    def _check_own(self, entry: Entry, mark: Mark) -> None:
        """Read a new record; raise NotTestable unless that, or the answer to its making, shows the mark.

        An answer may repeat what was sent beside the id of a record that was there before: a read shows that, and
        counts. What no operation removes is read only where the answer shows nothing.
        """
        self._client.rate_limiter.free(1)
        is_shown = entry.state == "made"
        if is_shown and entry.lasting:
            return
        owner = _owner_in(self._read_new(entry, waits=() if is_shown else LAG_WAITS), entry, mark)
        if owner == "own":
            self._read.add(entry.kind)
            self._journal.record_made(entry, entry.path, readable=True)
        elif not is_shown or owner == "another":
            self._doubted[entry.number] = ANOTHERS if owner == "another" else UNPROVEN
            self._journal.record_named(entry, entry.path)
            told = f"no answer shows that {entry.kind} {entry.id} is this run's own"
            raise NotTestable(f"the fixtures could not be made: {told}; it is neither used nor removed.")

    def _read_new(self, entry: Entry, *, waits: Sequence[float]) -> Seen:
        """Read a record, again after each of `waits` while nothing is there: reads may lag behind."""
        seen = self._send(f"read/{entry.kind}", "GET", entry.path)
        for seconds in waits:
            if seen.status not in NOT_THERE:
                break
            self._client.rate_limiter.wait(seconds)
            seen = self._send(f"read/{entry.kind}", "GET", entry.path)
        return seen

    def _learn_from(self, seen: Sequence[Seen]) -> None:
        """Note as removed what a read of the run, with the valid token, has shown to be removed.

        What a removal with that token was answered, as the vendor's page says, is kept: it need not be sent again.
        """
        valid = [one for one in seen if one.probe.headers == bearer(self._target.token)]
        for entry in filter(self._journal.is_own, self._journal.remaining):
            reads = [one for one in valid if _is_sent(one, "GET", entry.path) and one.status == 200]
            if reads and shown_by(self._removal, reads[-1], entry, self._mark()) == "removed":
                self._note_removed(entry)
            for one in valid:
                is_removal = _is_sent(one, self._removal.method, self._removal.path_of(entry.path))
                if is_removal and is_as_documented(self._removal, entry, one):
                    self._answers[entry.number] = one

    def _doubts(self) -> dict[int, str]:
        """Read what is not known to be the run's own, the oldest first; return why some are not removed, by number."""
        # One that no operation removes is looked at where others are in its path: they are out of reach without it.
        parents = {parent_of(place) for place in self._provisioning.collections.values()}
        standing = [one for one in reversed(self._journal.remaining) if one.path and not self._journal.is_own(one)]
        unknown = [one for one in standing if one.removable or one.kind in parents]
        found = {entry.number: self._doubted.get(entry.number) or self._doubt(entry) for entry in unknown}
        return {number: reason for number, reason in found.items() if reason}

    def _doubt(self, entry: Entry) -> str:
        """Read one record; return why it is not taken for the run's own, empty where it is.

        Where the read shows neither the mark nor another record, the digests of the journal decide.
        """
        seen, failure = self._tried("read", "GET", entry)
        if seen is None:
            return failure
        owner = _owner_in(seen, entry, self._mark())
        if owner == "own":
            self._read.add(entry.kind)
            noted = self._journal.record_made(entry, entry.path, readable=True)
            if shown_by(self._removal, seen, noted, self._mark()) == "removed":
                self._note_removed(noted)
            return ""
        if owner == "another":
            return ANOTHERS
        if entry.state == "made" and self._journal.is_whole:
            self._journal.trust(entry)
            return ""
        return UNPROVEN if entry.state == "named" else UNVERIFIED

    def _cleared_of(self, entries: Sequence[Entry], doubts: dict[int, str]) -> list[Leftover]:
        """Remove the records of one kind; return those that are left behind."""
        obstacles = {entry.number: _obstacle(entry) or doubts.get(entry.number, "") for entry in entries}
        left = [_left(entry, reason) for entry in entries if (reason := obstacles[entry.number])]
        attempts = self._confirmed([self._attempt(entry) for entry in entries if not obstacles[entry.number]])
        for one in map(self._again, attempts):
            if is_gone(self._removal, one.entry, one.answer, one.shown):
                self._note_removed(one.entry)
            elif is_missing(one.entry, one.answer, one.shown):
                self._missing.append(one)
            else:
                left.append(self._left_by(one))
        return left

    def _settled(self) -> list[Leftover]:
        """Note as removed what is missing where the target serves other records; return the rest."""
        if not self._is_served:
            return [self._left_by(one) for one in self._missing]
        for one in self._missing:
            self._note_removed(one.entry)
        return []

    def _left_by(self, attempt: Attempt) -> Leftover:
        answer = attempt.answer
        told = why_left(self._removal, attempt.entry, answer, attempt.shown) if answer else attempt.failure
        return _left(attempt.entry, told)

    def _attempt(self, entry: Entry) -> Attempt:
        # Where reads of others of its kind were served, one that finds nothing says the same of this one.
        known = replace(entry, readable=entry.readable or entry.kind in self._read)
        if entry.number in self._answers:
            return Attempt(known, self._answers[entry.number], "")
        return Attempt(known, *self._tried("removal", self._removal.method, entry))

    def _again(self, attempt: Attempt) -> Attempt:
        """Send a removal of its own where one by the run's scenarios turns out to have done nothing."""
        if attempt.shown != "standing" or self._answers.pop(attempt.entry.number, None) is None:
            return attempt
        return self._looked_at(self._attempt(attempt.entry))

    def _confirmed(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        """Read what was removed, again while a read still shows it; where one does to the end, none is waited for."""
        looked = [self._looked_at(one) for one in attempts]
        for seconds in self._waits:
            if not any(map(self._may_lag, looked)):
                return looked
            with suppress(SuiteError):  # Waiting is over, and what was read last counts.
                self._client.rate_limiter.wait(seconds)
            looked = [self._looked_at(one) if self._may_lag(one) else one for one in looked]
        if any(map(self._may_lag, looked)):
            self._waits = ()
        return looked

    def _looked_at(self, attempt: Attempt) -> Attempt:
        if attempt.answer is None:
            return attempt
        seen, _ = self._tried("read", "GET", attempt.entry)
        shown: Shown = "nothing" if seen is None else shown_by(self._removal, seen, attempt.entry, self._mark())
        return replace(attempt, shown=shown)

    def _may_lag(self, attempt: Attempt) -> bool:
        """Whether a read shows what the answer to the removal says is gone."""
        answer = attempt.answer
        if attempt.shown != "standing" or answer is None:
            return False
        return answer.succeeded or is_as_documented(self._removal, attempt.entry, answer)

    def _mark(self, sent: dict[str, Any] | None = None) -> Mark:
        places, run_id = self._provisioning.marks, self._journal.about.get("run_id", "")
        owners = [one for one in self._journal.entries if one.kind == places.owner_kind and self._journal.is_own(one)]
        return Mark(run_id, places, frozenset(one.id for one in owners), sent or {})

    def _note_removed(self, entry: Entry) -> None:
        with suppress(OSError):  # It is gone, whatever the journal says; a clean-up would find it gone.
            self._journal.record_removed(entry)

    def _tried(self, word: str, method: str, entry: Entry) -> tuple[Seen | None, str]:
        """Send a request about one record, or return why not; whatever happens, the others have their turn."""
        try:
            path = self._removal.path_of(entry.path) if word == "removal" else entry.path
            seen = self._send(f"{word.replace('removal', 'remove')}/{entry.kind}", method, path)
            self._is_served |= seen.succeeded and not is_page(seen)
            return seen, ""  # noqa: TRY300 - what follows the block is for failures
        except SuiteError as error:
            return None, str(error).rstrip(".")
        except Exception as error:  # noqa: BLE001 - an answer that breaks us must not keep the other records
            return None, f"its {word} broke off ({type(error).__name__})"

    def _send(self, name: str, method: str, path: str, body: bytes | None = None) -> Seen:
        headers = (*(JSON_BODY if body else ()), *bearer(self._target.token))
        probe = Probe(name.replace(" ", "-"), "setup", "setup", method, path, headers, body)
        return self._client.send(probe, "provisioning")


class LazyProvisioner:
    """The provisioner of a run that may need none: the journal is begun when the first record is wanted."""

    def __init__(self, client: Client, directory: Path, *, run_id: str, provisioning: Provisioning | None) -> None:
        """Touch neither the disk nor the target; `provisioning` is None for an API that makes no fixtures."""
        self._begin = partial(Journal.start, directory, run_id=run_id)
        self._client, self._provisioning = client, provisioning
        self._provisioner: Provisioner | None = None
        self._left: tuple[Leftover, ...] = ()

    def create(self, target: Target, *, appointments: int) -> Target:
        """Return `target` with its fixtures, made first where it says so. Raises NotTestable, ConfigurationError."""
        if target.provision is None:
            return target
        if self._provisioning is None:
            raise ConfigurationError(f"{target.name}: {target.api} makes no fixtures; leave out `provision`.")
        self._provisioner = Provisioner(target, self._client, self._begin(target), self._provisioning)
        made = self._provisioner.create(appointments=appointments, today=date.today())  # noqa: DTZ011
        return target.with_made_fixtures(made)

    def remove_records(self, seen: Sequence[Seen] = ()) -> tuple[Leftover, ...]:
        """Remove what was made, once, save what the run has `seen` to be removed; return what is left behind."""
        if self._provisioner is not None:
            self._left = self._provisioner.remove_records(seen)
            self._provisioner.close()
            self._provisioner = None
        return self._left


def _is_sent(seen: Seen, method: str, path: str) -> bool:
    return (seen.probe.method, seen.probe.path) == (method, path)


def _id_of(seen: Seen, spec: RecordSpec) -> str | None:
    """The text of the id that a successful answer names; None where that is none of the vendor's form."""
    value = (record_of(seen) or {}).get("id")
    text = id_text(value)
    return text if not isinstance(value, bool) and spec.form.fullmatch(text) else None


def _owner_in(seen: Seen, entry: Entry, mark: Mark) -> Owner:
    """Whose record a read shows; `unknown` where it shows none."""
    record = record_of(seen) if seen.status == 200 else None
    return "unknown" if record is None else mark.owner_of(record, entry.id)


def _complaint(spec: RecordSpec, seen: Seen, found: str | None) -> str:
    """One sentence on an answer that does not show a new record, but may have named one by the id that was found."""
    if seen.status is None:
        return f"POST {spec.path} was not answered ({seen.exchange.error})."
    data = json_of(seen)
    message = data.get("message") if isinstance(data, dict) else None
    more = f" ({cut(message, 200)})" if isinstance(message, str) else ""
    if seen.status in {200, 201}:
        named = f": it names {found}, which is there already or somebody else's" if found else ""
        return f"the answer {seen.status} to POST {spec.path} does not show a new {spec.kind}{named}."
    return f"POST {spec.path} was answered {seen.status}{more}."


def _obstacle(entry: Entry) -> str:
    """Why nothing is sent to remove a record, empty where that may be tried."""
    if entry.lasting:
        return "no operation removes it"
    return "no answer told whether it was made" if entry.state == "intended" else ""


def _left(entry: Entry, reason: str) -> Leftover:
    return Leftover(f"{entry.kind} {entry.id or 'of unknown id'} ({entry.mark}): {reason}", entry.removable)
