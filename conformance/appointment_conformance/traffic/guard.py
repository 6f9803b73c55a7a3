"""The guard: refuse every request that is not below the target's base URL or that its policy does not allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

from appointment_conformance.errors import ConfigurationError, RequestRefused

from .policy import RequestPolicy

#: Decode a path this often to find dot segments: a server and a proxy in front of it may both decode it.
_MAX_DECODINGS = 3


class Guard(Protocol):
    """Decides about every request before it is sent."""

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Raise RequestRefused with the reason unless the request may be sent."""


@dataclass(frozen=True, slots=True)
class RequestGuard:
    """Allows the requests below one base URL that its policy does not refuse; it knows no API's paths itself."""

    base_url: str
    policy: RequestPolicy

    def __post_init__(self) -> None:
        """Raise ConfigurationError if `policy` is not a request policy."""
        if not callable(getattr(self.policy, "refusal", None)):
            raise ConfigurationError(
                f"{type(self.policy).__name__} is not a request policy: it has no method `refusal`."
            )

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Raise RequestRefused with the reason unless the request may be sent."""
        path = self._path_below(method, url)
        reason = self.policy.refusal(method, path, body)
        # Only None allows a request: an empty reason, or any other value that a policy returns, refuses it.
        if reason is not None:
            raise RequestRefused(f"{method} {url}: {reason}.")

    def _path_below(self, method: str, url: str) -> str:
        """Return the raw path of `url` below the base URL. Raises RequestRefused for any other URL."""
        base, parts = urlsplit(self.base_url), urlsplit(url)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            raise RequestRefused(f"{method} {url}: the host is not the target's.")
        if parts.query or parts.fragment or not parts.path.startswith(f"{base.path}/"):
            raise RequestRefused(f"{method} {url}: the path is not in the contract.")
        path = parts.path[len(base.path) :]
        if has_dot_segment(path):
            raise RequestRefused(f"{method} {url}: the path has a dot segment, which may lead to another record.")
        return path


def has_dot_segment(path: str) -> bool:
    """Whether a segment of a raw path is `.` or `..`, before or after decoding."""
    for _ in range(_MAX_DECODINGS):
        if not {".", ".."}.isdisjoint(re.split(r"[/\\]", path)):
            return True
        path = unquote(path)
    return False
