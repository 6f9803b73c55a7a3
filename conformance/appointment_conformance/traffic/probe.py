"""A probe: one request sent on purpose, with what the suite knows about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from .case import AGAIN, NEGATIVE, NO_CASE, Case

Kind = Literal[
    "valid",  # credentials, path and body are right
    "near-miss",  # the body breaks exactly one rule
    "malformed",  # the body is not JSON
    "path",  # the path id is absent or a near miss
    "credentials",  # only the credentials are wrong
    "foreign",  # the appointment is one that the token must not reach
    "second",  # the credentials are those of the target's second token
    "method",  # the method is not declared
    "generated",  # Schemathesis made it from the contract
    "race",  # sent at the same instant as another
    "read",  # a neighbouring read
    "setup",  # another operation that prepares or removes; recorded, never evidence
    "control",  # a request that was answered before, sent again to see whether it still is; never evidence
    "question",  # the documents leave the answer open
]

#: What no requirement needs an answer to: a rule about every answer leaves these alone.
BESIDE: Final[frozenset[Kind]] = frozenset({"read", "setup", "question"})
#: Kinds of probes that a conforming target refuses: sent twice, they do no more than sent once.
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
    #: Credentials among them: whatever shows a probe leaves them out.
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = None
    #: What it is a case of: a class of near misses, a kind of credentials, a question.
    case: Case = NO_CASE
    #: Where it looks at what was done: which look it is, so that a judge can ask for it.
    moment: StrEnum | None = None
    #: The fields that a refusal has to name.
    wrong_fields: frozenset[str] = frozenset()
    #: The fields that a refusal may name or not.
    open_fields: frozenset[str] = frozenset()
    #: The fixture that the path names, or is derived from.
    appointment: str = ""
    #: Whether a path that names no record is well-formed: the operation answers it, and no router before it.
    is_well_formed: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again where no answer tells what became of it: nothing is done twice."""
        return self.method == "GET" or self.kind in REFUSED_KINDS or self.case in {NEGATIVE, AGAIN}


def bearer(token: str) -> Headers:
    """Return the credentials header for `token` (RFC 6750, section 2.1)."""
    return (("Authorization", f"Bearer {token}"),)


def json_text(value: Any) -> bytes:
    """Return `value` as compact UTF-8 JSON text; NUL and lone surrogates stay escaped."""
    return json.dumps(value, separators=(",", ":")).encode()
