"""The digests of a journal: they tell whether a line was written by whoever has the target's token."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

#: What one guess of the token costs whoever has the journal alone: 16 MiB, and some hundredths of a second.
_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1}
DIGEST: Final = "digest"
SALT: Final = "salt"


def new_salt() -> str:
    """Return a random text that makes the key of each journal another one."""
    return secrets.token_hex(16)


def key_of(token: str, salt: str) -> bytes | None:
    """Return the key of the journal with `salt` at the target with `token`; None where this machine cannot make it.

    Some builds of OpenSSL, as those for FIPS, come without scrypt. Then no digest shows anything, and reads decide.
    """
    salted = salt.encode("utf-8", "surrogatepass")
    try:
        return hashlib.scrypt(token.encode("utf-8", "surrogatepass"), salt=salted, **_SCRYPT)
    except (AttributeError, ValueError):
        return None


def digest_of(key: bytes, previous: str, line: Mapping[str, Any]) -> str:
    """Return the digest of a line that follows the one with the digest `previous`."""
    bare = {name: value for name, value in line.items() if name != DIGEST}
    text = json.dumps([previous, bare], sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def are_whole(lines: Sequence[Mapping[str, Any]], key: bytes) -> bool:
    """Whether every line is as it was written with `key`, and none was added, moved or taken out before the last."""
    previous = ""
    for line in lines:
        found = str(line.get(DIGEST))
        if not hmac.compare_digest(digest_of(key, previous, line).encode(), found.encode("utf-8", "surrogatepass")):
            return False
        previous = found
    return True
