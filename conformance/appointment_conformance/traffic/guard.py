"""The guard: no request leaves for the target unless its address is the target's and the policy lets it out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from appointment_conformance.errors import ConfigurationError, RequestRefused

from .policy import RequestPolicy

#: How often a path is decoded to look for dot segments: a server and what stands in front of it may both do so.
_DECODED = 3


@dataclass(frozen=True, slots=True)
class RequestGuard:
    """Lets out requests to one base URL that its policy does not refuse; it knows the paths of no API itself."""

    base_url: str
    policy: RequestPolicy

    def __post_init__(self) -> None:
        """Refuse anything that cannot be asked. Raises ConfigurationError."""
        if not callable(getattr(self.policy, "refusal", None)):
            raise ConfigurationError(
                f"{type(self.policy).__name__} is not a request policy: it has no method `refusal`, so nothing is sent."
            )

    def check(self, method: str, url: str, body: bytes | None) -> None:
        """Return quietly if the request may be sent; raise RequestRefused with the reason otherwise."""
        path = self._path_below(method, url)
        reason = self.policy.refusal(method, path, body)
        # Only None lets a request out: an empty reason, or any other answer of a policy, does not.
        if reason is not None:
            raise RequestRefused(f"{method} {url}: {reason}.")

    def _path_below(self, method: str, url: str) -> str:
        """Return the raw path of `url` below the base URL. Raises RequestRefused for any other place."""
        base, parts = urlsplit(self.base_url), urlsplit(url)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            raise RequestRefused(f"{method} {url}: the host is not the target's.")
        if parts.query or parts.fragment or not parts.path.startswith(f"{base.path}/"):
            raise RequestRefused(f"{method} {url}: the path is not of the contract.")
        path = parts.path[len(base.path) :]
        if has_dot_segment(path):
            raise RequestRefused(f"{method} {url}: the path has a dot segment, which may lead to another record.")
        return path


def has_dot_segment(path: str) -> bool:
    """Say whether a segment of a raw path is `.` or `..`, also where it is so only once the path is decoded."""
    for _ in range(_DECODED):
        if not {".", ".."}.isdisjoint(re.split(r"[/\\]", path)):
            return True
        path = unquote(path)
    return False
