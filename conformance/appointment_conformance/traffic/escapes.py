"""Undo escapes in rounds, and map each position of the result back to the original text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.entities import html5

#: Maximum number of nested escapings that are undone.
MAX_ROUNDS = 8
_HEX = rb"[0-9A-Fa-f]"
#: Names that HTML also accepts without a semicolon, sorted so that longer names come before their prefixes.
_BARE_NAMES = sorted((name.encode() for name in html5 if not name.endswith(";")), key=len, reverse=True)
#: A number or name of HTML may lack its semicolon, unless the semicolon is escaped itself. A backslash before other
#: characters is kept for now: they may become part of its escape in a later round.
_ESCAPE = re.compile(
    rb"%%(?:[uU]%(hex)b{4}|%(hex)b{2})"
    rb"|(?:\\\\){1,64}|\\(?:u[dD][89abAB]%(hex)b{2}\\u[dD][c-fC-F]%(hex)b{2}|u\{%(hex)b{1,6}\}|U00(?:0%(hex)b|10)%(hex)b{4}"
    rb"|[uU]%(hex)b{4}|[xX]%(hex)b{2}|[0-3][0-7]{2}|[\"'/ntrbfv])"
    rb"|&(?:#0{0,9}[0-9]{1,7}(?:;|(?![%%\\0-9]))|#[xX]0{0,9}%(hex)b{1,6}(?:;|(?![%%\\]|%(hex)b))|[A-Za-z][A-Za-z0-9]{1,31};|(?:%(bare)b)(?![%%\\&]))"
    % {b"hex": _HEX, b"bare": b"|".join(_BARE_NAMES)}
)
#: UTF-16 in base64 between `+` and `-` (RFC 2152).
_UTF_7 = re.compile(rb"\+[A-Za-z0-9+/]{3,}-?")
#: A byte in quoted-printable (RFC 2045, section 6.7).
_QUOTED = re.compile(rb"=%b{2}" % _HEX)
_CONTROLS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class Layer:
    """Bytes after some escapes are undone; `origin` maps a part of them to its position in the first layer."""

    data: bytes
    parent: Layer | None = None
    #: For each replaced part: start and end of its replacement in this layer.
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    #: For each replaced part: its start and end in the parent.
    origins: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the first layer that `start` to `end` of this layer comes from; it is not empty."""
        layer: Layer | None = self
        while layer is not None and layer.parent is not None:
            start, end = layer.first(start), layer.last(end - 1)
            layer = layer.parent
        return start, end

    def first(self, place: int) -> int:
        """Return the start in the parent of the byte at `place`."""
        index = bisect_right(self.starts, place) - 1
        if index < 0:
            return place
        return self.origins[index] if place < self.ends[index] else self.lasts[index] + place - self.ends[index]

    def last(self, place: int) -> int:
        """Return the end in the parent of the byte at `place`."""
        index = bisect_right(self.starts, place) - 1
        if index < 0:
            return place + 1
        return self.lasts[index] + max(place + 1 - self.ends[index], 0)


def layers(data: bytes) -> Iterator[Layer]:
    """Yield `data` unchanged, then after each round of undoing its escapes, until none is left.

    Escapes of URLs, of JSON and programming languages and of HTML may be mixed and nested. Finally yield `data` decoded
    as UTF-7 and as quoted-printable, if that changes it.
    """
    first = layer = Layer(data)
    yield first
    for _ in range(MAX_ROUNDS):
        next_layer = replaced(layer, _ESCAPE, _unescaped)
        if next_layer is None:
            break
        yield (layer := next_layer)
    for pattern, undo in ((_UTF_7, _utf_7), (_QUOTED, _quoted)):
        if (decoded := replaced(first, pattern, undo)) is not None:
            yield decoded


def unescaped(data: bytes) -> bytes:
    """Return `data` with all its escapes undone."""
    layer = Layer(data)
    for _ in range(MAX_ROUNDS):
        layer = replaced(layer, _ESCAPE, _unescaped) or layer
    return layer.data


def replaced(layer: Layer, pattern: re.Pattern[bytes], undo: Callable[[bytes], bytes]) -> Layer | None:
    """Return a new layer with `undo` applied to each match of `pattern`, or None if that changes nothing."""
    data, done, length = layer.data, 0, 0
    parts: list[bytes] = []
    made = Layer(b"", layer)
    for match in pattern.finditer(data):
        escape = match[0]
        read = undo(escape)
        if read == escape:
            continue
        start, end = match.span()
        parts += (data[done:start], read)
        length += start - done
        made.starts.append(length)
        length += len(read)
        made.ends.append(length)
        made.origins.append(start)
        made.lasts.append(end)
        done = end
    if not parts:
        return None
    return Layer(b"".join((*parts, data[done:])), layer, made.starts, made.ends, made.origins, made.lasts)


@lru_cache(4096)
def _unescaped(escape: bytes) -> bytes:
    """Return the bytes that one escape represents, or the escape itself if it represents nothing."""
    match escape[:1]:
        case b"&":
            return _of_html(escape)
        case b"%":
            digits = escape.lstrip(b"%uU")
            return _character(int(digits, 16), escape) if len(digits) == 4 else bytes([int(digits, 16)])
        case _:
            return _of_language(escape, escape[1:])


def _of_language(escape: bytes, rest: bytes) -> bytes:
    """Return the bytes that a backslash followed by `rest` represents."""
    if rest.startswith(b"\\"):
        return escape[: len(escape) // 2]
    if len(rest) == 1:
        return _CONTROLS.get(rest, rest)
    if rest.isdigit():
        return bytes([int(rest, 8)])
    if rest[:1] in b"xX":
        return bytes([int(rest[1:], 16)])
    high, *low = (int(half.strip(b"{}"), 16) for half in rest[1:].split(b"\\u"))
    return _character(0x10000 + ((high - 0xD800) << 10) + low[0] - 0xDC00 if low else high, escape)


def _of_html(escape: bytes) -> bytes:
    name = escape[1:].decode()
    if not name.startswith("#"):
        return html5.get(name, "").encode() or escape
    digits = name[1:].rstrip(";")
    return _character(int(digits[1:], 16) if digits[:1] in "xX" else int(digits), escape)


def _character(code: int, otherwise: bytes) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else otherwise


@lru_cache(1024)
def _utf_7(escape: bytes) -> bytes:
    """Return the decoded UTF-7 if it is ASCII text, which could contain a secret, else the escape itself."""
    try:
        read = escape.decode("utf-7").encode()
    except UnicodeError:
        return escape
    return read if read.isascii() else escape


def _quoted(escape: bytes) -> bytes:
    return bytes([int(escape[1:], 16)])
