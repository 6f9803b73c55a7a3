"""Headers of a targets file, for what stands in front of an API: API keys, tenants, service tokens of gateways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .token_form import FormError, looks_unresolved

#: A name of a header (RFC 9110, section 5.6.2).
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
#: The suite sets them, or they say how the request is sent (RFC 9110, section 7.6; RFC 9112).
_OF_THE_SUITE: Final = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect"),
        *("host", "http2-settings", "keep-alive", "proxy-connection", "range", "te", "trailer", "transfer-encoding"),
        *("upgrade", "user-agent", "x-conformance-run"),
    }
)
#: Servers and frameworks that know them read another method or another path than the guard has checked.
_OTHER_REQUEST: Final = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url"}
)
#: Longer values are refused by servers.
MAX_VALUE_LENGTH: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class ExtraHeader:
    """One header that is sent with every request to the target, also with those whose credentials are wrong."""

    name: str
    value: str = field(repr=False)
    is_secret: bool = True

    @property
    def placeholder(self) -> str:
        """The name that replaces a secret value in every report."""
        return f"HEADER_{re.sub('[^0-9A-Za-z]', '_', self.name).upper()}"


def extra_headers(entries: Mapping[str, Any]) -> tuple[ExtraHeader, ...]:
    """Return the headers of a mapping that has passed the schema: name -> value, or its `value` and `secret`."""
    return tuple(
        ExtraHeader(name, entry["value"], entry.get("secret", True))
        if isinstance(entry, Mapping)
        else ExtraHeader(name, entry)
        for name, entry in entries.items()
    )


def check_header_name(name: str) -> None:
    """Raise FormError if `name` is not the name of a header, or of one that is not the user's to set.

    `_` counts as `-`, because many servers read both alike (RFC 3875, section 4.1.18).
    """
    known = name.lower().replace("_", "-")
    if not _NAME.fullmatch(name):
        raise FormError("has a name that is not the name of a header; use letters, digits and `-`")
    if known == "authorization":
        raise FormError("names Authorization, which carries the token; a gateway may read Proxy-Authorization instead")
    if known in _OF_THE_SUITE:
        raise FormError(f"names {name}, which the suite sets itself; remove it")
    if known in _OTHER_REQUEST:
        raise FormError(f"names {name}, with which a server reads another request than the one sent; remove it")


def check_header_value(value: str) -> None:
    """Raise FormError if `value` cannot be sent in a header (RFC 9110, section 5.5); it is never quoted."""
    if len(value) > MAX_VALUE_LENGTH:
        raise FormError(f"is longer than {MAX_VALUE_LENGTH} characters, which no server accepts")
    if not value.strip():
        raise FormError("is empty; set it (CI systems give no secrets to a pull request from a fork)")
    if value != value.strip():
        raise FormError("begins or ends with white space or a line end; trim it")
    if re.search(r"[^\t\x20-\x7e]", value):
        raise FormError("has a character in it that is not printable ASCII; copy it again")
    if looks_unresolved(value):
        raise FormError("looks like a variable that was not resolved; write `${NAME}`, and set NAME")


def repeated_name(headers: tuple[ExtraHeader, ...]) -> str | None:
    """Return a name that two headers have; None if every name is another one.

    Upper and lower case, `-` and `_` do not make another name: many servers read them alike (RFC 3875, section 4.1.18).
    """
    seen: set[str] = set()
    for header in headers:
        if header.placeholder in seen:
            return header.name
        seen.add(header.placeholder)
    return None
