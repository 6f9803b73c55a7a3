"""What may be sent while fixtures are made and removed, and no longer."""

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
    """Lets out what makes a record of this run, what removes one that is known to be its own, and reads of both.

    A read of one that is not known to be the run's own is let out as well: it shows whose that record is.
    """

    provisioning: Provisioning
    journal: Journal

    def refusal(self, method: str, path: str, body: bytes | None) -> str | None:
        """Return why a request may not be sent, None where it may."""
        if body is None and path in self._reached(method):
            return None
        if method != "POST" or path not in self._places():
            return "neither makes a fixture nor reads or removes one that was made"
        return self.stray_record(body or b"{}")

    def stray_record(self, body: bytes) -> str | None:
        """Return what a body that makes a record names or invites beyond this run's own, None where it does not."""
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            return "the body is not a JSON object"
        return self._stray_address(fields) or self._stray_reference(fields)

    def _reached(self, method: str) -> set[str]:
        """Return the paths that a method may be sent to without a body."""
        standing, removal = [one for one in self.journal.remaining if self._is_in_place(one)], self.provisioning.removal
        reached = {one.path for one in standing} if method == "GET" else set()
        if method == removal.method:
            own = (one for one in standing if self.journal.is_own(one) and not self._lasts(one))
            reached |= {removal.path_of(one.path) for one in own}
        return reached

    def _lasts(self, entry: Entry) -> bool:
        # What the journal says of its kind may have been changed, its path shows where it really is.
        collection = entry.path.rpartition("/")[0]
        lasting = self.provisioning.lasting
        return entry.lasting or entry.kind in lasting or any(collection in self._places_of(kind) for kind in lasting)

    def _is_in_place(self, entry: Entry) -> bool:
        """Say whether the path of a record is one that its collection could give out."""
        collection, _, record = entry.path.rpartition("/")
        return collection in self._places() and _ID.fullmatch(record) is not None

    def _places(self) -> set[str]:
        return {place for kind in self.provisioning.collections for place in self._places_of(kind)}

    def _places_of(self, kind: str) -> set[str]:
        """Return the paths where records of a kind are made, in the records that this run has made."""
        template = self.provisioning.collections[kind]
        parent = parent_of(template)
        if parent is None:
            return {template}
        # A record may be in the path of another one also after it was removed itself.
        own = (one.path for one in self.journal.entries if self.journal.is_own(one))
        places = self._places_of(parent)
        return {template.replace(f"{{{parent}}}", path) for path in own if path.rpartition("/")[0] in places}

    def _stray_address(self, fields: dict[str, Any]) -> str | None:
        """Refuse an address that somebody could own: nobody is invited to anything."""
        given = [fields[name] for name in self.provisioning.marks.addresses if name in fields]
        for address in (*given, *(text for text in _texts(fields) if "@" in text)):
            if not (isinstance(address, str) and address.endswith(f"@{MAIL_DOMAIN}")):
                return f"the body invites {address}, which is not of the reserved domain"
        return None

    def _stray_reference(self, fields: dict[str, Any]) -> str | None:
        own = {one.path for one in self.journal.remaining if self.journal.is_own(one)}
        for name, kind in self.provisioning.references.items():
            if name in fields and own.isdisjoint(f"{place}/{fields[name]}" for place in self._places_of(kind)):
                return f"the body names {kind} {fields[name]}, which this run has not made"
        return None


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
    elif isinstance(value, str):
        yield value
