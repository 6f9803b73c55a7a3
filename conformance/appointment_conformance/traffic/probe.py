"""A probe: one request that is sent on purpose, with the facts that checks need to know about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from .case import AGAIN, NEGATIVE, NO_CASE, Case

Kind = Literal[
    "valid",  # credentials, path and body are right
    "near-miss",  # the body violates exactly one rule
    "malformed",  # the body is not JSON
    "path",  # the path id does not exist or is a near miss
    "credentials",  # only the credentials are wrong
    "foreign",  # the token must not have access to the appointment
    "second",  # sent with the target's second token
    "method",  # the method is not declared
    "generated",  # Schemathesis made it from the contract
    "race",  # sent at the same instant as another
    "read",  # a read of a record, to see the effect of other probes
    "setup",  # another operation that prepares or removes; recorded, never evidence
    "control",  # a request that was answered before, resent to see whether it still is; never evidence
    "question",  # the documents do not define the answer
]

#: Kinds of probes that a requirement about every answer ignores.
IGNORED_KINDS: Final[frozenset[Kind]] = frozenset({"read", "setup", "question"})
#: Kinds of probes that a conforming target refuses, so that resending them changes nothing.
REFUSED_KINDS: Final[frozenset[Kind]] = frozenset(
    {"near-miss", "malformed", "path", "credentials", "foreign", "method"}
)

Headers = tuple[tuple[str, str], ...]
JSON_BODY: Headers = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Probe:
    """A request below the target's base URL; `path` is raw, already percent-encoded, and starts with a slash."""

    name: str
    operation: str
    kind: Kind
    method: str
    path: str
    #: They include credentials, so they are left out of the repr.
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = None
    #: The case it exercises, such as a class of near misses, a kind of credentials or a question.
    case: Case = NO_CASE
    #: For a read: its moment in the scenario, by which a check selects it.
    moment: StrEnum | None = None
    #: The fields that a refusal must name.
    wrong_fields: frozenset[str] = frozenset()
    #: The fields that a refusal may name.
    open_fields: frozenset[str] = frozenset()
    #: The fixture that the path names, or is derived from.
    appointment: str = ""
    #: Whether a path that names no record is well-formed: the operation answers it, and no router before it.
    is_well_formed: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether it may be resent if no answer shows its outcome, as it cannot act twice."""
        return self.method == "GET" or self.kind in REFUSED_KINDS or self.case in {NEGATIVE, AGAIN}


def bearer(token: str) -> Headers:
    """Return the credentials header for `token` (RFC 6750, section 2.1)."""
    return (("Authorization", f"Bearer {token}"),)


def json_text(value: Any) -> bytes:
    """Return `value` as compact UTF-8 JSON text; NUL and lone surrogates stay escaped."""
    return json.dumps(value, separators=(",", ":")).encode()
