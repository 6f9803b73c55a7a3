"""The forms in which a secret can stand in a text: as it is, escaped in part or as a whole, or encoded."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Encoded, a shorter piece than this could be anything.
SHORTEST_ENCODED = 8
_NAMED = {'"': "quot", "&": "amp", "<": "lt", ">": "gt", "'": "apos"}


@dataclass(frozen=True, slots=True)
class Form:
    """One form: the pattern that finds it, and what stands in lower case in any text with it."""

    pattern: bytes
    anchor: bytes
    #: Bytes that the pattern can match at most.
    longest: int
    is_raw: bool = False


def forms_of(value: str) -> Iterator[Form]:
    """Yield the forms of one secret.

    As it is; in any case and with any of its signs escaped for URLs, JSON, HTML or a programming language, once or
    twice; with every character escaped; in base64 at any offset, in hexadecimal, in UTF-16.
    """
    raw = value.encode()
    yield Form(re.escape(raw), raw.lower(), len(raw), is_raw=True)
    yield _escaped_in_part(value)
    whole = {
        "".join(f"\\u{ord(char):04x}" for char in value).encode(),
        "".join(f"%{byte:02x}" for byte in raw).encode(),
        raw.hex().encode(),
        value.encode("utf-16-le").lower(),
        value.encode("utf-16-be").lower(),
    }
    for form in sorted(whole):
        yield Form(b"(?i:%b)" % re.escape(form), form, len(form))
    for form in sorted(_base64_forms(raw)):
        yield Form(re.escape(form), form.lower(), len(form))


def _escaped_in_part(value: str) -> Form:
    signs = {char for char in value if not (char.isascii() and char.isalnum())}
    runs = re.findall(r"[A-Za-z0-9]+", value)
    pattern = "".join(_sign(char) if char in signs else char for char in value)
    longest = sum(_LONGEST_SIGN if char in signs else 1 for char in value)
    return Form(f"(?i:{pattern})".encode(), max(runs, key=len, default="").lower().encode(), longest)


_LONGEST_SIGN = len("%25f0%259f%2598%2580")


def _sign(char: str) -> str:
    """The pattern of one character that some writer escapes: raw, or in any of their ways."""
    code, octets = ord(char), char.encode()
    ways = [
        r"\\{0,4}" + re.escape(char),
        "".join(f"%(?:25)?{octet:02x}" for octet in octets),
        rf"\\{{1,4}}u0{{0,4}}{code:x}" if code > 0xFFFF else rf"\\{{1,4}}u{code:04x}",
        rf"&(?:amp;)?#0{{0,4}}{code};",
        rf"&(?:amp;)?#x0{{0,4}}{code:x};",
    ]
    if code < 0x100:
        ways.append(rf"\\{{1,4}}x{code:02x}")
    if char in _NAMED:
        ways.append(rf"&(?:amp;)?{_NAMED[char]};")
    return f"(?:{'|'.join(ways)})"


def _base64_forms(raw: bytes) -> set[bytes]:
    """Base64 of the value at each of the three offsets it can have inside a longer encoded text."""
    forms = set()
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw)
        # The first and last characters also encode the neighbours, whatever they are.
        start, end = (0, 2, 3)[offset], len(text) - (0 if (offset + len(raw)) % 3 == 0 else 4)
        inner = text[start + (1 if offset else 0) : end]
        if len(inner) >= SHORTEST_ENCODED:
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms
