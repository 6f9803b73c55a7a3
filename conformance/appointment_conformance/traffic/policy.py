"""The policy: what may be sent to one target. The guard asks it about every request; each API brings its own."""

from __future__ import annotations

from typing import Protocol


class RequestPolicy(Protocol):
    """Decides about every request to one target that has passed the checks of its host and its base path."""

    def refusal(self, method: str, path: str, body: bytes | None) -> str | None:
        """Return why a request may not be sent, None where it may.

        `path` is the raw path below the base URL of the target, without a query; none of its segments is a dot segment.
        """

    def stray_record(self, body: bytes) -> str | None:
        """Return which record that is no fixture a lenient server could find by a body, None where it finds none."""
