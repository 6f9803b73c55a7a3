"""The licence: what may be sent while fixtures are made and removed, and no longer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from appointment_conformance.targets import Target

from .journal import Journal
from .mark import MAIL_DOMAIN

#: Where records are made, by api; `{profile}` stands for the path of a profile that this run has made.
COLLECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "omneo": ("/v3/profiles", "/v3/lists/definitions", "{profile}/lists", "/v3/appointments"),
    "mijnklantportaal": ("/appointments",),
}
_ID: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._~-]*")


@dataclass(frozen=True, slots=True)
class Licence:
    """Lets out what makes a record of this run, what removes one that is known to be its own, and reads of both.

    A read of one that is not known to be the run's own is let out as well: it shows whose that record is.
    """

    target: Target
    journal: Journal

    def refusal(self, method: str, path: str, body: bytes | None) -> str | None:
        """Return why a request may not be sent, None where it may."""
        own = self._own()
        collection, _, record = path.rpartition("/")
        places = self._collections()
        if path in self._reached(method, own) and collection in places and _ID.fullmatch(record) and body is None:
            return None
        if method != "POST" or path not in places:
            return "neither makes a fixture nor reads or removes one that was made"
        return self._body_refusal(body, own)

    def stray_record(self, body: bytes) -> str | None:
        """Return whose record, which is not this run's, a body that makes one names; None where it names none."""
        return self._body_refusal(body, self._own())

    def _reached(self, method: str, own: frozenset[str]) -> frozenset[str]:
        """The paths of records that a method may be sent to."""
        if method == "GET":
            return frozenset(entry.path for entry in self.journal.standing)
        return own if method == "DELETE" else frozenset()

    def _own(self) -> frozenset[str]:
        return frozenset(entry.path for entry in self.journal.standing if self.journal.is_own(entry))

    def _collections(self) -> frozenset[str]:
        # A list stands under its profile's path, also after the profile was removed.
        own = {entry.path for entry in self.journal.entries if self.journal.is_own(entry)}
        profiles = [path for path in own if path.startswith("/v3/profiles/") and path.count("/") == 3]
        places = COLLECTIONS[self.target.api]
        return frozenset(place.format(profile=profile) for place in places for profile in profiles or ["{profile}"])

    def _body_refusal(self, body: bytes | None, own: frozenset[str]) -> str | None:
        fields = json.loads(body or b"{}")
        for name in ("email", "attendeeEmail"):
            if name in fields and not fields[name].endswith(f"@{MAIL_DOMAIN}"):
                return f"the body invites {fields[name]}, which is not of the reserved domain"
        if "profile_id" in fields and f"/v3/profiles/{fields['profile_id']}" not in own:
            return f"the body names profile {fields['profile_id']}, which this run has not made"
        return None
