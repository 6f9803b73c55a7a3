"""The request policy while fixtures are made and removed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from .journal import Entry, Journal
from .mark import MAIL_DOMAIN
from .spec import Provisioning, parent_of

_ID: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._~-]*")


@dataclass(frozen=True, slots=True)
class ProvisioningPolicy:
    """Allows requests that make records of this run, remove records known to be its own, or read them.

    Reads of records that are not known to be the run's own are allowed too, as they show to whom a record belongs.
    """

    provisioning: Provisioning
    journal: Journal

    def refusal(self, method: str, path: str, body: bytes | None) -> str | None:
        """Return why a request may not be sent, or None if it may."""
        if body is None and path in self._allowed_paths(method):
            return None
        if method != "POST" or path not in self._places():
            return "the request neither makes a fixture nor reads or removes one that was made"
        return self.stray_record(body or b"{}")

    def stray_record(self, body: bytes) -> str | None:
        """Return why a body may not make a record: it names or invites others than the run's own; None if it may."""
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            return "the body is not a JSON object"
        return self._stray_address(fields) or self._stray_reference(fields)

    def _allowed_paths(self, method: str) -> set[str]:
        """Return the paths that a method may be sent to without a body."""
        entries = [entry for entry in self.journal.remaining if self._is_in_collection(entry)]
        removal = self.provisioning.removal
        paths = {entry.path for entry in entries} if method == "GET" else set()
        if method == removal.method:
            own = (entry for entry in entries if self.journal.is_own(entry) and not self._is_lasting(entry))
            paths |= {removal.path_of(entry.path) for entry in own}
        return paths

    def _is_lasting(self, entry: Entry) -> bool:
        # The kind in the journal may have been changed, but the path shows the real collection.
        collection = entry.path.rpartition("/")[0]
        lasting = self.provisioning.lasting
        return entry.lasting or entry.kind in lasting or any(collection in self._places_of(kind) for kind in lasting)

    def _is_in_collection(self, entry: Entry) -> bool:
        """Whether the path of a record lies in a collection of this API and has a plain id."""
        collection, _, record = entry.path.rpartition("/")
        return collection in self._places() and _ID.fullmatch(record) is not None

    def _places(self) -> set[str]:
        return {place for kind in self.provisioning.collections for place in self._places_of(kind)}

    def _places_of(self, kind: str) -> set[str]:
        """Return the paths of the collections of a kind, including those inside records that this run made."""
        template = self.provisioning.collections[kind]
        parent = parent_of(template)
        if parent is None:
            return {template}
        # A record may be part of another record's path even after it was removed.
        own = (entry.path for entry in self.journal.entries if self.journal.is_own(entry))
        places = self._places_of(parent)
        return {template.replace(f"{{{parent}}}", path) for path in own if path.rpartition("/")[0] in places}

    def _stray_address(self, fields: dict[str, Any]) -> str | None:
        """Refuse an address that a person could own, so that nobody gets an invitation."""
        given = [fields[name] for name in self.provisioning.marks.addresses if name in fields]
        for address in (*given, *(text for text in _texts(fields) if "@" in text)):
            if not (isinstance(address, str) and address.endswith(f"@{MAIL_DOMAIN}")):
                return f"the body invites {address}, which is not of the reserved domain"
        return None

    def _stray_reference(self, fields: dict[str, Any]) -> str | None:
        own = {entry.path for entry in self.journal.remaining if self.journal.is_own(entry)}
        for name, kind in self.provisioning.references.items():
            if name in fields and own.isdisjoint(f"{place}/{fields[name]}" for place in self._places_of(kind)):
                return f"the body names {kind} {fields[name]}, which this run did not make"
        return None


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
    elif isinstance(value, str):
        yield value
