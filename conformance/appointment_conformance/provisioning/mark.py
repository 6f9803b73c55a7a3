"""The mark: what a run writes into each record that it makes, and how an answer shows whose a record is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from appointment_conformance.traffic.answer import id_text, json_of
from appointment_conformance.traffic.recording import Seen

#: Only addresses of this domain, which nobody can own (RFC 2606), are ever invited to anything.
MAIL_DOMAIN: Final = "example.com"
Owner = Literal["own", "another", "unknown"]


def mark_of(run_id: str, number: int | None = None) -> str:
    """Return the text that marks a record as one of a run; each record with an address has a number of its own."""
    return f"conformance-{run_id}" if number is None else f"conformance-{run_id}-{number}"


def address_of(mark: str) -> str:
    """Return the address that a record with `mark` is given."""
    return f"{mark}@{MAIL_DOMAIN}"


@dataclass(frozen=True, slots=True)
class MarkPlaces:
    """The members in which the records of an API show what a run has written into them."""

    #: Members with the address that the run gave the record.
    addresses: tuple[str, ...]
    #: Members that may hold the text that the run gave it.
    texts: tuple[str, ...] = ()
    #: Members beside the addresses that were sent and may be repeated; another value tells of another record.
    repeated: tuple[str, ...] = ()
    #: Names that were sent; where no member shows the mark, one without any word of them tells of another record.
    names: tuple[str, ...] = ()
    #: Times that were sent; where no member shows the mark, another day tells of another record.
    times: tuple[str, ...] = ()
    #: The kind of the record that owns this one, and the members with its id and with the owner itself.
    owner_kind: str = ""
    owner_id: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells a record of one run from all others: its run id, and the ids of the owners shown to be its own.

    `sent` is the body that one record was asked for with, where that is known.
    """

    run_id: str
    places: MarkPlaces
    owners: frozenset[str] = frozenset()
    sent: Mapping[str, Any] = field(default_factory=dict)

    def owner_of(self, record: Mapping[str, Any], name: str) -> Owner:
        """Return whose `record` is, which an answer showed for the id `name`.

        One member that contradicts the mark is enough for `another`; `unknown` where none shows it.
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
        shown = [one.get(name) for one in (record, self._owner(record)) for name in self.places.addresses]
        return [one for one in shown if one is not None]

    def _owner(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        found = record.get(self.places.owner) if self.places.owner else None
        return found if isinstance(found, dict) else {}

    def _is_unlike(self, record: Mapping[str, Any]) -> bool:
        """Whether a name or a time differs from what was sent by more than servers change."""
        shown = [(str(record[name]), str(self.sent[name]), name) for name in self.sent if record.get(name)]
        return any(
            (name in self.places.names and _words(one).isdisjoint(_words(sent)))
            or (name in self.places.times and _are_days_apart(one, sent))
            for one, sent, name in shown
        )

    def _is_shown(self, record: Mapping[str, Any]) -> bool:
        ids = (record.get(self.places.owner_id) if self.places.owner_id else None, self._owner(record).get("id"))
        owners = {_folded(one) for one in ids if one is not None}
        return (
            bool(self._addresses(record))  # None of them contradicts.
            or any(self._is_in(record.get(name)) for name in self.places.texts)
            or not owners.isdisjoint(map(_folded, self.owners))
        )

    def _is_address(self, value: object) -> bool:
        pattern = rf"{re.escape(mark_of(self.run_id))}-[0-9]+@{re.escape(MAIL_DOMAIN)}"
        return re.fullmatch(pattern, _folded(value), re.IGNORECASE) is not None

    def _is_in(self, value: object) -> bool:
        # The id of another run may begin with this one's.
        pattern = rf"(?<![0-9a-z-]){re.escape(mark_of(self.run_id))}(?:-[0-9]+)?(?![0-9a-z-])"
        return isinstance(value, str) and re.search(pattern, value, re.IGNORECASE) is not None


def record_of(seen: Seen) -> dict[str, Any] | None:
    """Return the record that a successful answer shows, under `data` or bare; None where it shows none."""
    shown = json_of(seen) if seen.status in {200, 201} and not seen.truncated else None
    record = shown.get("data", shown) if isinstance(shown, dict) else None
    return record if isinstance(record, dict) else None


def same_id(one: object, other: object) -> bool:
    """Whether two ids name one record to a server that tells no upper case from lower case."""
    return not isinstance(one, bool) and _folded(id_text(one)) == _folded(id_text(other))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _are_days_apart(one: str, other: str) -> bool:
    """Whether two times have dates that no time zone makes of one moment; False where one of them shows no date."""
    try:
        return abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])) > timedelta(days=1)
    except ValueError:
        return False


def _folded(value: object) -> str:
    """A value as servers may store it: trimmed, in other case."""
    return str(value).strip().casefold()
