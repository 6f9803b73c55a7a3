"""An index of every piece of every secret: one pass over a text finds them, however long text and secrets are."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .escapes import unescaped

#: Characters of a secret that are a secret still.
PIECE = 8
#: In hexadecimal a character takes two, and a shorter piece could be a number.
HEX_PIECE = 2 * PIECE
#: How `memoryview` calls numbers of four and of eight bytes.
_NUMBERS: dict[int, Literal["I", "Q"]] = {4: "I", 8: "Q"}
#: Upper and lower case are one.
FOLDED = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
#: What writers put between the characters of a text, or exchange: line breaks in base64, `:` in hexadecimal, `-` for
#: `+`, NUL in UTF-16 and UTF-32.
BETWEEN = b"\0\t\n\v\f\r \\=+-_/:;"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is made of pieces of a secret; `owner` is the number of the secret."""

    start: int
    end: int
    owner: int
    #: Whether a secret stands there from its beginning to its end.
    is_whole: bool


class PieceIndex:
    """Finds what texts have in common with secrets, from `size` characters on."""

    def __init__(self, texts: Iterable[tuple[bytes, int]], size: int) -> None:
        """Index `texts`, each with the number of its secret; of equal ones the first counts."""
        self._size, self._width = size, size // 2
        self._texts: dict[bytes, int] = {}
        for text, owner in texts:
            if len(text) >= size:
                self._texts.setdefault(text, owner)
        self._owners: dict[bytes, int] = {}
        for text, owner in self._texts.items():
            for place in range(len(text) - size + 1):
                self._owners.setdefault(text[place : place + size], owner)
        #: Each half of a piece as a number: of any piece, one half begins at a multiple of its width.
        self._halves = frozenset(
            number for text in self._texts for offset in range(self._width) for number in self._numbers(text[offset:])
        )

    def pieces(self, text: bytes) -> Iterator[Piece]:
        """Yield every part of `text` in which each `size` bytes in a row are also in a secret."""
        numbers, halves, size = self._numbers(text), self._halves, self._size
        if halves.isdisjoint(numbers):
            return
        end = 0
        for place in [index * self._width for index, number in enumerate(numbers) if number in halves]:
            for start in range(max(place + self._width - size, end - size + 1, 0), place + 1):
                if text[start : start + size] in self._owners:
                    end = self._end(text, start)
                    yield self._piece(text, start, end)
                    break

    def _numbers(self, text: bytes) -> memoryview[int]:
        return memoryview(text)[: len(text) // self._width * self._width].cast(_NUMBERS[self._width])

    def _end(self, text: bytes, start: int) -> int:
        end = start + self._size
        while end < len(text) and text[end - self._size + 1 : end + 1] in self._owners:
            end += 1
        return end

    def _piece(self, text: bytes, start: int, end: int) -> Piece:
        part = text[start:end]
        whole = max((known for known in self._texts if known in part), key=len, default=None)
        owner = self._owners[part[: self._size]] if whole is None else self._texts[whole]
        return Piece(start, end, owner, whole is not None)


def folded(data: bytes) -> bytes:
    """Return `data` in one case."""
    return data.translate(FOLDED)


def squeezed(data: bytes) -> bytes:
    """Return `data` in one case, without what may stand between the characters of a secret."""
    return data.translate(FOLDED, BETWEEN)


def spellings(value: str) -> tuple[bytes, ...]:
    """Return the bytes that a value is once every escape is undone.

    One that holds what looks like an escape is other bytes then; so is one that was read in another encoding.
    """
    raw = value.encode("utf-8", "surrogatepass")
    found = [raw, unescaped(raw)]
    if not raw.isascii():
        found += [value.encode("latin-1", "ignore"), raw.decode("latin-1").encode()]
        found += [value.upper().encode(), value.lower().encode()]
    return tuple(dict.fromkeys(found))


def encodings(value: str) -> Iterator[bytes]:
    """Yield a short value in UTF-16, in hexadecimal and, where that is long enough to be nothing else, in base64."""
    yield from (value.encode("utf-16-le", "surrogatepass"), value.encode("utf-16-be", "surrogatepass"))
    yield value.encode("utf-8", "surrogatepass").hex().encode()
    yield from (way for way in in_base64(value.encode("utf-8", "surrogatepass")) if len(way) >= PIECE)


def in_utf_16(raw: bytes) -> Iterator[bytes]:
    """Yield a value in UTF-16, as it is where something packs it; in text that stands apart its NUL are overlooked."""
    text = raw.decode("utf-8", "surrogateescape")
    yield from (text.encode("utf-16-le", "surrogatepass"), text.encode("utf-16-be", "surrogatepass"))


def in_base64(raw: bytes) -> Iterator[bytes]:
    """Yield the base64 of a value at each of the three offsets that it can have inside a longer encoded text."""
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw)
        # The first and last characters also encode the neighbours, whatever they are.
        start, end = (0, 2, 3)[offset], len(text) - (0 if (offset + len(raw)) % 3 == 0 else 4)
        yield text[start + (1 if offset else 0) : end]
