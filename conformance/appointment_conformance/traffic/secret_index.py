"""An index of all pieces of all secrets, which finds them in one pass over a text, whatever the lengths."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .escapes import unescaped

#: This many consecutive characters of a secret are still secret.
PIECE = 8
#: Size of a piece in hexadecimal, which has two digits for a character; a shorter piece could be a number.
HEX_PIECE = 2 * PIECE
#: Format codes of `memoryview` for integers of four and of eight bytes.
_NUMBERS: dict[int, Literal["I", "Q"]] = {4: "I", 8: "Q"}
#: Translation table from upper case to lower case.
FOLDED = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
#: Characters that encodings insert between the characters of a text, or exchange for each other: line breaks in
#: base64, `:` in hexadecimal, `-` for `+`, NUL in UTF-16 and UTF-32.
BETWEEN = b"\0\t\n\v\f\r \\=+-_/:;"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that consists of pieces of a secret; `owner` is the number of the secret."""

    start: int
    end: int
    owner: int
    #: Whether the part contains a complete secret.
    is_whole: bool


class PieceIndex:
    """Finds the parts of at least `size` bytes that a text has in common with secrets."""

    def __init__(self, texts: Iterable[tuple[bytes, int]], size: int) -> None:
        """Index `texts`, each with the number of its secret; of equal texts the first one counts."""
        self._size, self._width = size, size // 2
        self._texts: dict[bytes, int] = {}
        for text, owner in texts:
            if len(text) >= size:
                self._texts.setdefault(text, owner)
        self._owners: dict[bytes, int] = {}
        for text, owner in self._texts.items():
            for place in range(len(text) - size + 1):
                self._owners.setdefault(text[place : place + size], owner)
        #: Every half of a piece as an integer. In any text, each piece contains a half that is aligned to its width.
        self._halves = frozenset(
            number for text in self._texts for offset in range(self._width) for number in self._numbers(text[offset:])
        )

    def pieces(self, text: bytes) -> Iterator[Piece]:
        """Yield every part of `text` in which each run of `size` bytes also occurs in a secret."""
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
    """Return `data` in lower case."""
    return data.translate(FOLDED)


def squeezed(data: bytes) -> bytes:
    """Return `data` in lower case, without characters that may separate those of a secret."""
    return data.translate(FOLDED, BETWEEN)


def spellings(value: str) -> tuple[bytes, ...]:
    """Return the byte strings that a value can become once all escapes in a text are undone.

    A value that contains something like an escape changes, and so does one that was read in another encoding.
    """
    raw = value.encode("utf-8", "surrogatepass")
    forms = [raw, unescaped(raw)]
    if not raw.isascii():
        forms += [value.encode("latin-1", "ignore"), raw.decode("latin-1").encode()]
        forms += [value.upper().encode(), value.lower().encode()]
    return tuple(dict.fromkeys(forms))


def encodings(value: str) -> Iterator[bytes]:
    """Yield a short value in UTF-16, in hexadecimal and, if that is long enough to be unambiguous, in base64."""
    yield from (value.encode("utf-16-le", "surrogatepass"), value.encode("utf-16-be", "surrogatepass"))
    yield value.encode("utf-8", "surrogatepass").hex().encode()
    yield from (text for text in in_base64(value.encode("utf-8", "surrogatepass")) if len(text) >= PIECE)


def in_utf_16(raw: bytes) -> Iterator[bytes]:
    """Yield a value in UTF-16, for values that are encoded further; in plain text, NUL bytes are skipped anyway."""
    text = raw.decode("utf-8", "surrogateescape")
    yield from (text.encode("utf-16-le", "surrogatepass"), text.encode("utf-16-be", "surrogatepass"))


def in_base64(raw: bytes) -> Iterator[bytes]:
    """Yield the base64 of a value at each of the three offsets that it can have in a longer encoded text."""
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw)
        # The first and last characters also encode neighbouring bytes, which are unknown.
        start, end = (0, 2, 3)[offset], len(text) - (0 if (offset + len(raw)) % 3 == 0 else 4)
        yield text[start + (1 if offset else 0) : end]
