"""The provisioner of a run makes fixtures through the target's own operations, and removes the run's own records.

A record is the run's own once the answer that made it, or a read of it, shows the mark that the run wrote into it.
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
from appointment_conformance.traffic.recording import NOT_FOUND, ProbeResult
from appointment_reports import cut

from .journal import Entry, Journal
from .mark import Mark, Owner, record_of, same_id
from .policy import ProvisioningPolicy
from .record_specs import RecordSpec
from .removed import Shown, is_as_documented, is_gone, is_missing, shown_by, why_left
from .spec import MakeContext, Provisioning, parent_of

#: Requests for each record after it was made: a read, its removal, and a read that confirms the removal.
REQUESTS_AFTER = 3
#: Reasons why a record that an answer named is not removed.
ANOTHERS: Final = "a read shows a record of somebody else there, so it is not removed"
UNPROVEN: Final = "no answer shows that it is this run's own, so it is not removed"
#: Reason why a record that only the journal calls the run's own is not removed, and what to do.
UNVERIFIED: Final = (
    "no read shows that it is this run's own, and the journal was changed or written with another token; "
    "remove it by hand if it is"
)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A record that is left behind: a phrase that says which and why, and whether a clean-up could remove it."""

    message: str
    removable: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to remove a record: its answer, or why there is none, and what a later read has shown."""

    entry: Entry
    answer: ProbeResult | None
    failure: str
    shown: Shown = "nothing"


class Provisioner:
    """Makes and removes the records of one journal, through a client whose policy allows only that."""

    def __init__(self, target: Target, client: Client, journal: Journal, provisioning: Provisioning) -> None:
        """Send nothing yet; `provisioning` says how the target's API makes records."""
        self._target, self._client, self._journal = target, client, journal
        self._provisioning, self._removal = provisioning, provisioning.removal
        #: Kinds of which a read has shown a record.
        self._readable_kinds: set[str] = set()
        #: Number of an entry -> why the record is not known to be the run's own.
        self._doubted: dict[int, str] = {}
        #: Number of an entry -> answer to a removal that a scenario of the run has sent.
        self._answers: dict[int, ProbeResult] = {}
        #: Whether a request for a record has succeeded since the removals began.
        self._is_served = False
        #: Attempts whose record neither the removal nor a read has found.
        self._missing: list[Attempt] = []
        #: Seconds to wait before each repetition of a read that still shows the record after its removal.
        self._waits: tuple[float, ...] = LAG_WAITS

    def create(self, *, appointments: int, today: date) -> Fixtures:
        """Make the fixtures of a run. Raises NotTestable if the target does not make one of them."""
        self._client.set_policy(self._policy())
        run_id, provision = self._journal.about["run_id"], self._target.provision
        context = MakeContext(run_id, today, provision, appointments, self._make)
        try:
            return self._provisioning.make(context)
        except (BudgetSpent, TargetLost) as reason:
            raise NotTestable(f"the fixtures could not be made: {reason}") from reason
        except OSError as error:
            message = f"the fixtures could not be made: the journal cannot be written ({error.strerror})."
            raise NotTestable(message) from error

    def remove_records(self, seen: Sequence[ProbeResult] = ()) -> tuple[Leftover, ...]:
        """Remove the remaining records that are known to be the run's own, newest first; return the rest.

        `seen` holds the results of the run: records that they show to be removed need no request.
        """
        self._client.set_policy(self._policy())
        self._client.rate_limiter.release()
        self._is_served, self._missing = False, []
        self._apply_results(seen)
        doubts = self._find_doubts()
        left: list[Leftover] = []
        for _, entries in groupby(self._journal.remaining, key=lambda entry: entry.kind):
            left += self._remove_kind(tuple(entries), doubts)
        return (*left, *self._record_missing())

    def close(self) -> None:
        """Release the journal, so that a clean-up can use it."""
        self._journal.close()

    def _policy(self) -> ProvisioningPolicy:
        return ProvisioningPolicy(self._provisioning, self._journal)

    def _make(self, spec: RecordSpec) -> str:
        if len(self._journal.entries) >= self._provisioning.max_records:
            raise RequestRefused(f"a run of {self._target.api} makes {self._provisioning.max_records} records at most.")
        # The new record must also be read and removed, so this part of the budget is reserved.
        self._client.rate_limiter.reserve(REQUESTS_AFTER)
        with deferred():
            return self._make_record(spec)

    def _make_record(self, spec: RecordSpec) -> str:
        entry = self._journal.record_intent(spec.kind, spec.mark, lasting=spec.kind in self._provisioning.lasting)
        try:
            seen = self._send(f"make/{spec.kind}", "POST", spec.path, json_text(spec.body))
        except BudgetSpent:
            self._journal.record_refused(entry)  # It was never sent.
            raise
        if seen.status is not None and 400 <= seen.status < 500:
            self._journal.record_refused(entry)
        new_id, mark = _id_of(seen, spec), self._mark(spec.body)
        owner = "another" if new_id is None else mark.owner_of(record_of(seen) or {}, new_id)
        if new_id is None or owner == "another" or self._existed_before(spec, new_id):
            raise NotTestable(f"the fixtures could not be made: {_describe_wrong_answer(spec, seen, new_id)}")
        record = self._journal.record_made if owner == "own" else self._journal.record_named
        self._check_own(record(entry, f"{spec.path}/{new_id}"), mark)
        return new_id

    def _existed_before(self, spec: RecordSpec, new_id: str) -> bool:
        """Whether an id existed before: in a record of this run, or in the targets file."""
        made = [entry.id for entry in self._journal.entries if entry.path and entry.kind == spec.kind]
        named = self._provisioning.named(self._target).get(spec.kind, ())
        return any(same_id(new_id, known) for known in (*made, *named))

    def _check_own(self, entry: Entry, mark: Mark) -> None:
        """Read a new record; raise NotTestable unless the read, or the answer that made it, shows the mark.

        An answer may return the sent values with the id of an older record; then the read shows the older record, and
        the read decides. A record that no operation removes is read only if the answer does not show the mark.
        """
        self._client.rate_limiter.free(1)
        is_shown = entry.state == "made"
        if is_shown and entry.lasting:
            return
        owner = _owner_in(self._read_new(entry, waits=() if is_shown else LAG_WAITS), entry, mark)
        if owner == "own":
            self._readable_kinds.add(entry.kind)
            self._journal.record_made(entry, entry.path, readable=True)
        elif not is_shown or owner == "another":
            self._doubted[entry.number] = ANOTHERS if owner == "another" else UNPROVEN
            self._journal.record_named(entry, entry.path)
            reason = f"no answer shows that {entry.kind} {entry.id} is this run's own"
            raise NotTestable(f"the fixtures could not be made: {reason}; it is neither used nor removed.")

    def _read_new(self, entry: Entry, *, waits: Sequence[float]) -> ProbeResult:
        """Read a record; while it is not found, repeat the read after each of `waits`, as reads may lag."""
        seen = self._send(f"read/{entry.kind}", "GET", entry.path)
        for seconds in waits:
            if seen.status not in NOT_FOUND:
                break
            self._client.rate_limiter.wait(seconds)
            seen = self._send(f"read/{entry.kind}", "GET", entry.path)
        return seen

    def _apply_results(self, seen: Sequence[ProbeResult]) -> None:
        """Record as removed what a read of the run, with the valid token, has shown to be removed.

        Documented answers to removals with that token are kept, so that those removals need not be sent again.
        """
        valid = [result for result in seen if result.probe.headers == bearer(self._target.token)]
        for entry in filter(self._journal.is_own, self._journal.remaining):
            reads = [result for result in valid if _is_sent(result, "GET", entry.path) and result.status == 200]
            if reads and shown_by(self._removal, reads[-1], entry, self._mark()) == "removed":
                self._note_removed(entry)
            for result in valid:
                is_removal = _is_sent(result, self._removal.method, self._removal.path_of(entry.path))
                if is_removal and is_as_documented(self._removal, entry, result):
                    self._answers[entry.number] = result

    def _find_doubts(self) -> dict[int, str]:
        """Read the records not known to be the run's own, oldest first; return number -> why one is not removed."""
        # A lasting record is read too if other records lie below its path: without it they cannot be removed.
        parents = {parent_of(place) for place in self._provisioning.collections.values()}
        remaining = reversed(self._journal.remaining)
        not_own = [entry for entry in remaining if entry.path and not self._journal.is_own(entry)]
        unknown = [entry for entry in not_own if entry.removable or entry.kind in parents]
        reasons = {entry.number: self._doubted.get(entry.number) or self._find_doubt(entry) for entry in unknown}
        return {number: reason for number, reason in reasons.items() if reason}

    def _find_doubt(self, entry: Entry) -> str:
        """Read one record; return why it is not accepted as the run's own, or an empty text if it is.

        If the read shows neither the mark nor another record, the digests of the journal decide.
        """
        seen, failure = self._try_request("read", "GET", entry)
        if seen is None:
            return failure
        owner = _owner_in(seen, entry, self._mark())
        if owner == "own":
            self._readable_kinds.add(entry.kind)
            own = self._journal.record_made(entry, entry.path, readable=True)
            if shown_by(self._removal, seen, own, self._mark()) == "removed":
                self._note_removed(own)
            return ""
        if owner == "another":
            return ANOTHERS
        if entry.state == "made" and self._journal.is_unchanged:
            self._journal.trust(entry)
            return ""
        return UNPROVEN if entry.state == "named" else UNVERIFIED

    def _remove_kind(self, entries: Sequence[Entry], doubts: dict[int, str]) -> list[Leftover]:
        """Remove the records of one kind; return those that are left behind."""
        obstacles = {entry.number: _obstacle(entry) or doubts.get(entry.number, "") for entry in entries}
        left = [_leftover(entry, reason) for entry in entries if (reason := obstacles[entry.number])]
        attempts = self._confirm_removals(
            [self._try_removal(entry) for entry in entries if not obstacles[entry.number]]
        )
        for attempt in map(self._retry_removal, attempts):
            if is_gone(self._removal, attempt.entry, attempt.answer, attempt.shown):
                self._note_removed(attempt.entry)
            elif is_missing(attempt.entry, attempt.answer, attempt.shown):
                self._missing.append(attempt)
            else:
                left.append(self._leftover_of(attempt))
        return left

    def _record_missing(self) -> list[Leftover]:
        """Record missing records as removed if the target serves other records; otherwise return them."""
        if not self._is_served:
            return [self._leftover_of(attempt) for attempt in self._missing]
        for attempt in self._missing:
            self._note_removed(attempt.entry)
        return []

    def _leftover_of(self, attempt: Attempt) -> Leftover:
        answer = attempt.answer
        reason = why_left(self._removal, attempt.entry, answer, attempt.shown) if answer else attempt.failure
        return _leftover(attempt.entry, reason)

    def _try_removal(self, entry: Entry) -> Attempt:
        # If reads of this kind succeed, a read that finds nothing shows that this record does not exist.
        known = replace(entry, readable=entry.readable or entry.kind in self._readable_kinds)
        if entry.number in self._answers:
            return Attempt(known, self._answers[entry.number], "")
        return Attempt(known, *self._try_request("removal", self._removal.method, entry))

    def _retry_removal(self, attempt: Attempt) -> Attempt:
        """Send a removal if the record was not removed by the scenarios of the run."""
        if attempt.shown != "unchanged" or self._answers.pop(attempt.entry.number, None) is None:
            return attempt
        return self._read_removed(self._try_removal(attempt.entry))

    def _confirm_removals(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        """Read each removed record, and again while a read shows it; if one is shown to the end, do not wait again."""
        confirmed = [self._read_removed(attempt) for attempt in attempts]
        for seconds in self._waits:
            if not any(map(self._may_lag, confirmed)):
                return confirmed
            with suppress(SuiteError):  # The budget of seconds is spent: do not wait, the next read counts.
                self._client.rate_limiter.wait(seconds)
            confirmed = [self._read_removed(known) if self._may_lag(known) else known for known in confirmed]
        if any(map(self._may_lag, confirmed)):
            self._waits = ()
        return confirmed

    def _read_removed(self, attempt: Attempt) -> Attempt:
        if attempt.answer is None:
            return attempt
        seen, _ = self._try_request("read", "GET", attempt.entry)
        shown: Shown = "nothing" if seen is None else shown_by(self._removal, seen, attempt.entry, self._mark())
        return replace(attempt, shown=shown)

    def _may_lag(self, attempt: Attempt) -> bool:
        """Whether a read still shows a record although its removal succeeded."""
        answer = attempt.answer
        if attempt.shown != "unchanged" or answer is None:
            return False
        return answer.succeeded or is_as_documented(self._removal, attempt.entry, answer)

    def _mark(self, sent: dict[str, Any] | None = None) -> Mark:
        places, run_id = self._provisioning.marks, self._journal.about.get("run_id", "")
        own = filter(self._journal.is_own, self._journal.entries)
        owners = frozenset(entry.id for entry in own if entry.kind == places.owner_kind)
        return Mark(run_id, places, owners, sent or {})

    def _note_removed(self, entry: Entry) -> None:
        with suppress(OSError):  # The record is removed in any case; a clean-up would notice that.
            self._journal.record_removed(entry)

    def _try_request(self, word: str, method: str, entry: Entry) -> tuple[ProbeResult | None, str]:
        """Send a request for one record; return its result or the reason of a failure. Never raises an Exception."""
        try:
            path = self._removal.path_of(entry.path) if word == "removal" else entry.path
            seen = self._send(f"{word.replace('removal', 'remove')}/{entry.kind}", method, path)
            self._is_served |= seen.succeeded and not is_page(seen)
            return seen, ""  # noqa: TRY300 - the code after the block handles failures
        except SuiteError as error:
            return None, str(error).rstrip(".")
        except Exception as error:  # noqa: BLE001 - an answer that causes an error here must not stop the removal of other records
            return None, f"its {word} broke off ({type(error).__name__})"

    def _send(self, name: str, method: str, path: str, body: bytes | None = None) -> ProbeResult:
        headers = (*(JSON_BODY if body else ()), *bearer(self._target.token))
        probe = Probe(name.replace(" ", "-"), "setup", "setup", method, path, headers, body)
        # The journal is a file: ids are taken from what is recorded, which has no secret in it.
        return self._client.send(probe, "provisioning").recorded


class LazyProvisioner:
    """A provisioner that begins its journal only if the target asks for fixtures to be made."""

    def __init__(self, client: Client, directory: Path, *, run_id: str, provisioning: Provisioning | None) -> None:
        """Write and send nothing yet; `provisioning` is None for an API that makes no fixtures."""
        self._begin = partial(Journal.start, directory, run_id=run_id)
        self._client, self._provisioning = client, provisioning
        self._provisioner: Provisioner | None = None
        self._left: tuple[Leftover, ...] = ()

    def create(self, target: Target, *, appointments: int) -> Target:
        """Return `target` with new fixtures if it asks for them. Raises NotTestable, ConfigurationError."""
        if target.provision is None:
            return target
        if self._provisioning is None:
            raise ConfigurationError(f"{target.name}: {target.api} makes no fixtures; remove `provision`.")
        self._provisioner = Provisioner(target, self._client, self._begin(target), self._provisioning)
        made = self._provisioner.create(appointments=appointments, today=date.today())  # noqa: DTZ011
        return target.with_made_fixtures(made)

    def remove_records(self, seen: Sequence[ProbeResult] = ()) -> tuple[Leftover, ...]:
        """Remove the made records, once, unless `seen` shows them removed; return those left behind."""
        if self._provisioner is not None:
            self._left = self._provisioner.remove_records(seen)
            self._provisioner.close()
            self._provisioner = None
        return self._left


def _is_sent(seen: ProbeResult, method: str, path: str) -> bool:
    return (seen.probe.method, seen.probe.path) == (method, path)


def _id_of(seen: ProbeResult, spec: RecordSpec) -> str | None:
    """Return the id in a successful answer as text, or None if it does not have the vendor's form."""
    value = (record_of(seen) or {}).get("id")
    text = id_text(value)
    return text if not isinstance(value, bool) and spec.form.fullmatch(text) else None


def _owner_in(seen: ProbeResult, entry: Entry, mark: Mark) -> Owner:
    """Return whose record a read shows; `unknown` if it shows none."""
    record = record_of(seen) if seen.status == 200 else None
    return "unknown" if record is None else mark.owner_of(record, entry.id)


def _describe_wrong_answer(spec: RecordSpec, seen: ProbeResult, new_id: str | None) -> str:
    """Return a sentence about an answer that does not show a new record, with the id in it, if any."""
    if seen.status is None:
        return f"POST {spec.path} was not answered ({seen.exchange.error})."
    data = json_of(seen)
    message = data.get("message") if isinstance(data, dict) else None
    more = f" ({cut(message, 200)})" if isinstance(message, str) else ""
    if seen.status in {200, 201}:
        named = f": it names {new_id}, which existed before or belongs to somebody else" if new_id else ""
        return f"the answer {seen.status} to POST {spec.path} does not show a new {spec.kind}{named}."
    return f"POST {spec.path} was answered {seen.status}{more}."


def _obstacle(entry: Entry) -> str:
    """Return why no removal is sent for a record, or an empty text if one may be sent."""
    if entry.lasting:
        return "no operation removes it"
    return "no answer said whether it was made" if entry.state == "intended" else ""


def _leftover(entry: Entry, reason: str) -> Leftover:
    return Leftover(f"{entry.kind} {entry.id or 'of unknown id'} ({entry.mark}): {reason}", entry.removable)
