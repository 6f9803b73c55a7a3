"""A token as its source has given it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from appointment_conformance.errors import NotTestable
from appointment_conformance.targets.token_expiry import expiry_of
from appointment_conformance.targets.token_form import flaw_of


@dataclass(frozen=True, slots=True)
class ObtainedToken:
    """A bearer token, and what its source says about it."""

    value: str = field(repr=False)
    #: Seconds for which it is valid, None if its source does not say.
    lifetime_seconds: float | None = None
    #: What the next token is asked with, if it replaces the refresh token of the targets file.
    refresh_token: str = field(default="", repr=False)

    def checked(self, key: str) -> ObtainedToken:
        """Return it if it has the form of a bearer token. Raises NotTestable, which names `key` and not the value."""
        if flaw := flaw_of(self.value):
            raise NotTestable(f"{key}: the token that it gives {flaw}.")
        return self

    @property
    def seconds_left(self) -> float | None:
        """For how many seconds it is valid: as its source says, or as it says itself (RFC 7519); None if unknown."""
        if self.lifetime_seconds is not None:
            return self.lifetime_seconds
        end = expiry_of(self.value)
        seconds = (end - datetime.now(UTC)).total_seconds() if end else 0.0
        return seconds if seconds > 0 else None
