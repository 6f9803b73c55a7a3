"""Digests of a journal: they prove that its lines were written with the target's token and are unchanged."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

#: Cost of scrypt: for someone who has only the journal, each guess of the token takes 16 MiB and some hundredths of a
#: second.
_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}
DIGEST: Final = "digest"
SALT: Final = "salt"


def new_salt() -> str:
    """Return a random text that makes the key of each journal different."""
    return secrets.token_hex(16)


def key_of(token: str, salt: str) -> bytes | None:
    """Return the key for a journal with `salt` of a target with `token`; None if this machine cannot compute it.

    Some builds of OpenSSL, such as those for FIPS, have no scrypt. Then there are no digests, and reads decide.
    """
    salted = salt.encode("utf-8", "surrogatepass")
    try:
        return hashlib.scrypt(token.encode("utf-8", "surrogatepass"), salt=salted, **_SCRYPT)
    except (AttributeError, ValueError):
        return None


def digest_of(key: bytes, previous: str, line: Mapping[str, Any]) -> str:
    """Return the digest of a line that follows a line with the digest `previous`."""
    bare = {name: value for name, value in line.items() if name != DIGEST}
    text = json.dumps([previous, bare], sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def are_unchanged(lines: Sequence[Mapping[str, Any]], key: bytes) -> bool:
    """Whether every line is as it was written with `key`, and none was added, moved or removed before the last one."""
    previous = ""
    for line in lines:
        digest = str(line.get(DIGEST))
        if not hmac.compare_digest(digest_of(key, previous, line).encode(), digest.encode("utf-8", "surrogatepass")):
            return False
        previous = digest
    return True
