"""The mark that a run writes into each record that it makes, and how an answer shows to whom a record belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from appointment_conformance.traffic.answer import id_text, json_of
from appointment_conformance.traffic.recording import Seen

#: Records get only addresses of this domain, which nobody can own (RFC 2606).
MAIL_DOMAIN: Final = "example.com"
Owner = Literal["own", "another", "unknown"]


def mark_of(run_id: str, number: int | None = None) -> str:
    """Return the text that marks a record as one of a run; each record with an address has its own number."""
    return f"conformance-{run_id}" if number is None else f"conformance-{run_id}-{number}"


def address_of(mark: str) -> str:
    """Return the address for a record with `mark`."""
    return f"{mark}@{MAIL_DOMAIN}"


@dataclass(frozen=True, slots=True)
class MarkPlaces:
    """The members in which an API's records show the values that a run wrote."""

    #: Members with the address that the run gave the record.
    addresses: tuple[str, ...]
    #: Members that may contain the text that the run wrote.
    texts: tuple[str, ...] = ()
    #: Further members that were sent and may be returned; another value shows another record.
    repeated: tuple[str, ...] = ()
    #: Names that were sent. If no member shows the mark, a name without any of the sent words shows another record.
    names: tuple[str, ...] = ()
    #: Times that were sent. If no member shows the mark, another day shows another record.
    times: tuple[str, ...] = ()
    #: The kind of the record's owner, and the members that hold the owner's id and the owner itself.
    owner_kind: str = ""
    owner_id: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """The facts that distinguish a run's records from all others: its run id, and the ids of its own owners.

    `sent` is the body of the request that made the record, if it is known.
    """

    run_id: str
    places: MarkPlaces
    owners: frozenset[str] = frozenset()
    sent: Mapping[str, Any] = field(default_factory=dict)

    def owner_of(self, record: Mapping[str, Any], name: str) -> Owner:
        """Return to whom `record` belongs, which an answer showed for the id `name`.

        One member that contradicts the mark is enough for `another`; the result is `unknown` if no member shows it.
        """
        if record.get("id") is not None and not same_id(record["id"], name):
            return "another"
        if self._is_contradicted(record):
            return "another"
        if self._is_shown(record):
            return "own"
        return "another" if self._is_unlike(record) else "unknown"

    def _is_contradicted(self, record: Mapping[str, Any]) -> bool:
        repeated = (*self.places.addresses, *self.places.repeated)
        sent = [name for name in repeated if name in self.sent and record.get(name) is not None]
        return not all(map(self._is_address, self._addresses(record))) or any(
            _folded(record[name]) != _folded(self.sent[name]) for name in sent
        )

    def _addresses(self, record: Mapping[str, Any]) -> list[object]:
        """Return the addresses that a record shows, its own and its owner's."""
        shown = [part.get(name) for part in (record, self._owner(record)) for name in self.places.addresses]
        return [address for address in shown if address is not None]

    def _owner(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        owner = record.get(self.places.owner) if self.places.owner else None
        return owner if isinstance(owner, dict) else {}

    def _is_unlike(self, record: Mapping[str, Any]) -> bool:
        """Whether a name or a time differs from the sent one by more than servers usually change."""
        shown = [(str(record[name]), str(self.sent[name]), name) for name in self.sent if record.get(name)]
        return any(
            (name in self.places.names and _words(returned).isdisjoint(_words(sent)))
            or (name in self.places.times and _are_days_apart(returned, sent))
            for returned, sent, name in shown
        )

    def _is_shown(self, record: Mapping[str, Any]) -> bool:
        ids = (record.get(self.places.owner_id) if self.places.owner_id else None, self._owner(record).get("id"))
        owners = {_folded(owner_id) for owner_id in ids if owner_id is not None}
        return (
            bool(self._addresses(record))  # `_is_contradicted` has checked them.
            or any(self._is_in(record.get(name)) for name in self.places.texts)
            or not owners.isdisjoint(map(_folded, self.owners))
        )

    def _is_address(self, value: object) -> bool:
        pattern = rf"{re.escape(mark_of(self.run_id))}-[0-9]+@{re.escape(MAIL_DOMAIN)}"
        return re.fullmatch(pattern, _folded(value), re.IGNORECASE) is not None

    def _is_in(self, value: object) -> bool:
        # The id of another run may begin with the id of this one.
        pattern = rf"(?<![0-9a-z-]){re.escape(mark_of(self.run_id))}(?:-[0-9]+)?(?![0-9a-z-])"
        return isinstance(value, str) and re.search(pattern, value, re.IGNORECASE) is not None


def record_of(seen: Seen) -> dict[str, Any] | None:
    """Return the record in a successful answer, under `data` or at the top level; None if there is none."""
    shown = json_of(seen) if seen.status in {200, 201} and not seen.truncated else None
    record = shown.get("data", shown) if isinstance(shown, dict) else None
    return record if isinstance(record, dict) else None


def same_id(one: object, other: object) -> bool:
    """Whether two ids are equal for a server that ignores case."""
    return not isinstance(one, bool) and _folded(id_text(one)) == _folded(id_text(other))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _are_days_apart(one: str, other: str) -> bool:
    """Whether the dates of two times differ by more than a time zone can explain; False if one has no date."""
    try:
        return abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])) > timedelta(days=1)
    except ValueError:
        return False


def _folded(value: object) -> str:
    """Return a value trimmed and case-folded, as servers may store it in another form."""
    return str(value).strip().casefold()
