"""The policy: what may be sent to one target. The guard asks it about every request; each API brings its own."""

from __future__ import annotations

from typing import Protocol


class RequestPolicy(Protocol):
    """Decides about each request to one target, after the guard has checked its host and base path."""

    def refusal(self, method: str, path: str, body: bytes | None) -> str | None:
        """Return why a request may not be sent, or None if it may.

        `path` is the raw path below the base URL of the target, without a query; it has no dot segment.
        """

    def stray_record(self, body: bytes) -> str | None:
        """Return which record that is not a fixture a lenient server could find by a body, or None if it finds none."""
