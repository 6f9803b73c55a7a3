"""Secrets tracked by value, so that none reaches a recording, a report or a console."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from appointment_conformance.targets import Target, TargetForm
from appointment_reports import RequirementResult

from .escapes import Layer, layers, replaced
from .secret_index import (
    BETWEEN,
    HEX_PIECE,
    PIECE,
    Piece,
    PieceIndex,
    encodings,
    folded,
    in_base64,
    in_utf_16,
    spellings,
    squeezed,
)

#: A shorter value would turn ordinary text into placeholders and hide evidence.
MIN_SECRET_LENGTH = 4
#: No placeholder is longer.
LONG = 64
#: Bytes of a file that are looked at together,
BLOCK = 1024 * 1024
#: and how many of them at least are looked at again with the next ones: a secret across two blocks is seen whole.
OVERLAP = 64 * 1024
#: How often a text is looked through: what stood on both sides of a secret could make another one.
MAX_PASSES = 4
#: A token may hold `ReadOnly` where a text says `read_only`.
_WORDS = re.compile(rb"[A-Za-z]+(?:[ _-][A-Za-z]+)+")
_BETWEEN = re.compile(b"[%b]+" % re.escape(BETWEEN))
#: Words of HTTP. Answers are full of them: one that is a token as well is no secret.
_HTTP_WORDS = (
    "authorization unauthorized unauthenticated www-authenticate forbidden permission content-type application/json "
    "content-length transfer-encoding accept-encoding cache-control connection location retry-after user-agent "
)
#: Words that say nothing about a secret which holds them.
_PUBLIC_WORDS = (
    f"{_HTTP_WORDS} appointment-conformance conformance-unknown-token-0000 x-conformance-run reference "
    "access-token access_token refresh_token bearer-token api-token development environment production "
)


class Span(NamedTuple):
    """A part of a text that gives a secret away; the lowest `rank` says best which secret, and of those the longest."""

    start: int
    end: int
    owner: int
    #: 0 as it is, 1 whole in another spelling, 2 a piece of it.
    rank: int


@dataclass(frozen=True)
class Secrets:
    """Named secret values; where one stands in a text, in whole or in part, its `${NAME}` stands there instead.

    Found is a value, and any eight of its characters in a row, in any case; escaped for URLs, JSON, a programming
    language or HTML in any mixture, up to eight times over; in base64, hexadecimal, UTF-16 and UTF-32; and with line
    breaks, blanks or signs of separation between its characters. A piece that `public` holds as well is no secret.
    """

    named: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: Texts that are known to everyone: names, addresses and ids of the targets file, and what its API has published.
    public: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, named: dict[str, str], public: Iterable[str] = ()) -> Secrets:
        """Track `named` values; a shorter one than `MIN_SECRET_LENGTH` is left alone."""
        known = tuple((name, value) for name, value in named.items() if len(value) >= MIN_SECRET_LENGTH)
        return cls(known, tuple(public))

    def hide(self, data: bytes) -> bytes:
        """Return `data` with every secret, and every piece of one, replaced."""
        return self._hidden(data, pieces=True)

    def hide_text(self, text: str) -> str:
        """Return `text` with every secret, and every piece of one, replaced; lone surrogates survive."""
        return self.hide(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def hide_whole(self, data: bytes) -> bytes:
        """Return `data`, which the suite itself has made, with every whole secret replaced: it holds no pieces."""
        return self._hidden(data, pieces=False)

    def hide_in_result(self, result: RequirementResult) -> RequirementResult:
        """Return `result` with every secret replaced in the texts that say what was seen."""
        hide, failure = self.hide_text, result.failure
        if failure is not None:
            failure = replace(failure, expected=hide(failure.expected), actual=hide(failure.actual))
        return replace(result, reason=hide(result.reason), remedy=hide(result.remedy), failure=failure)

    def found_in(self, data: bytes) -> bool:
        """Tell whether any secret, or a piece of one, stands in `data`."""
        return bool(self._spans(data, pieces=True))

    def scrub(self, file: Path) -> None:
        """Replace every secret in `file`, whatever its size; a file without one is left as it is.

        What could be a plain word or number of a report is left alone: replacing it would break the report.
        It is still hidden wherever a target's answer is recorded.
        """
        if not self.named:
            return
        with file.open("rb") as source, tempfile.TemporaryFile(dir=file.parent) as draft:
            if self._copy(source, draft):
                draft.seek(0)
                with file.open("wb") as sink:
                    shutil.copyfileobj(draft, sink)

    def _copy(self, source: IO[bytes], sink: IO[bytes]) -> bool:
        """Copy without secrets, and tell whether there was one; one across two blocks is seen whole in the second."""
        overlap = max(OVERLAP, *(8 * len(value) for _, value in self.named))
        found, rest = False, b""
        while block := source.read(BLOCK):
            rest += block
            if len(rest) >= 2 * overlap:
                copied, done = self._cleaned(rest, len(rest) - overlap)
                sink.write(copied)
                found, rest = found or copied != rest[:done], rest[done:]
        copied, _ = self._cleaned(rest, len(rest))
        sink.write(copied)
        return found or copied != rest

    def _cleaned(self, data: bytes, until: int) -> tuple[bytes, int]:
        """`data` up to about `until` without what is telling, and where in it that ends."""
        spans = [span for span in self._spans(data, pieces=True) if _is_telling(data[span.start : span.end])]
        regions = [one for one in _regions(spans) if one[0].start < until]
        end = max([until, *(span.end for region in regions[-1:] for span in region)])
        return self._replaced(data[:end], regions), end

    def _hidden(self, data: bytes, *, pieces: bool) -> bytes:
        for raw, placeholder in self._long:
            data = data.replace(raw, placeholder)
        for _ in range(MAX_PASSES):
            spans = self._spans(data, pieces=pieces)
            if not spans:
                break
            data = self._replaced(data, _regions(spans))
        return data

    def _replaced(self, data: bytes, regions: Iterable[list[Span]]) -> bytes:
        parts: list[bytes] = []
        done = 0
        for region in regions:
            names = "".join(f"${{{self.named[one.owner][0]}}}" for one in _telling_best(region))
            parts += (data[done : region[0].start], names.encode())
            done = max(span.end for span in region)
        return b"".join((*parts, data[done:]))

    def _spans(self, data: bytes, *, pieces: bool) -> list[Span]:
        """Every part of `data` that gives a secret away, the first first; placeholders give nothing away."""
        if len(data) < MIN_SECRET_LENGTH or not self.named:
            return []
        found = sorted(span for layer in layers(data) for span in self._of_layer(layer, pieces=pieces))
        if not found:
            return found
        stand_ins = [match.span() for match in self._placeholder.finditer(data)]
        return [one for one in found if not _is_within(one, stand_ins)]

    def _of_layer(self, layer: Layer, *, pieces: bool) -> Iterator[Span]:
        for owner, raw in self._raws:
            for start in _places(layer.data, raw):
                yield Span(*layer.origin(start, start + len(raw)), owner, 0)
        plain = folded(layer.data)
        for owner, text in self._short:
            for start in _places(plain, text):
                yield Span(*layer.origin(start, start + len(text)), owner, 1)
        yield from self._of_view(layer, plain, (self._plain,), pieces=pieces)
        packed = squeezed(layer.data)
        if any(True for index in self._packed for _ in index.pieces(packed)):
            closer = replaced(layer, _BETWEEN, lambda _: b"") or layer
            yield from self._of_view(closer, packed, self._packed, pieces=pieces)

    def _of_view(self, layer: Layer, view: bytes, indexes: Iterable[PieceIndex], *, pieces: bool) -> Iterator[Span]:
        for index in indexes:
            for one in index.pieces(view):
                if one.is_whole or (pieces and self._tells(layer, view, one)):
                    yield Span(*layer.origin(one.start, one.end), one.owner, 1 if one.is_whole else 2)

    def _tells(self, layer: Layer, view: bytes, piece: Piece) -> bool:
        """Whether a piece of a secret is no words that could stand there anyway."""
        if self._is_public(view[piece.start : piece.end]):
            return False
        read = layer.parent.data[layer.first(piece.start) : layer.last(piece.end - 1)] if layer.parent else b""
        return _WORDS.fullmatch(read) is None or piece.end - piece.start >= 2 * PIECE

    @cached_property
    def _raws(self) -> tuple[tuple[int, bytes], ...]:
        return tuple((number, value.encode("utf-8", "surrogatepass")) for number, (_, value) in enumerate(self.named))

    @cached_property
    def _long(self) -> tuple[tuple[bytes, bytes], ...]:
        """What takes long to look for in pieces, and is easily found as it is; no placeholder and no other holds it."""
        raws = [raw for _, raw in self._raws]
        return tuple(
            (raw, f"${{{name}}}".encode())
            for (name, _), raw in zip(self.named, raws, strict=True)
            if len(raw) > LONG and not any(raw in other and raw != other for other in raws)
        )

    @cached_property
    def _spellings(self) -> tuple[tuple[bytes, int], ...]:
        return tuple((text, number) for number, (_, value) in enumerate(self.named) for text in spellings(value))

    @cached_property
    def _short(self) -> tuple[tuple[int, bytes], ...]:
        """What is looked for as a whole alone: it is too short to have pieces."""
        return tuple(
            (number, folded(way))
            for number, (_, value) in enumerate(self.named)
            if len(value) < PIECE
            for way in (*spellings(value), *encodings(value))
        )

    @cached_property
    def _plain(self) -> PieceIndex:
        return PieceIndex(((folded(text), owner) for text, owner in self._spellings), PIECE)

    @cached_property
    def _packed(self) -> tuple[PieceIndex, PieceIndex]:
        """Of texts without what may stand between characters: as they are and in base64, and in hexadecimal."""
        texts = [(squeezed(text), owner) for text, owner in self._spellings]
        packed = [(way, owner) for text, owner in self._spellings for way in (text, *in_utf_16(text))]
        texts += [(squeezed(way), owner) for text, owner in packed for way in in_base64(text)]
        in_hex = [(text.hex().encode(), owner) for text, owner in packed]
        return PieceIndex(texts, PIECE), PieceIndex(in_hex, HEX_PIECE)

    @cached_property
    def _placeholder(self) -> re.Pattern[bytes]:
        return re.compile(rb"\$\{(?:%b)\}" % b"|".join(re.escape(name.encode()) for name, _ in self.named))

    @cached_property
    def _is_public(self) -> Callable[[bytes], bool]:
        """Whether a piece is part of a public text; a hostile answer may hold the same one a million times."""
        names = (name for name, _ in self.named)
        texts = "\n".join((*self.public, *names, _PUBLIC_WORDS))
        known = self.hide_whole(texts.encode("utf-8", "surrogatepass"))
        known = folded(known) + b"\n" + b"\n".join(squeezed(line) for line in known.split(b"\n"))
        return lru_cache(4096)(known.__contains__)


def secrets_of(target: Target) -> Secrets:
    """Return the secrets of a target; what else the targets file says of it is public.

    A token that is a word of the vendor's document, of HTTP or of an id of the fixtures is none of them: to replace
    each such word would change what the target has said.
    """
    fixtures = target.fixtures
    ids = (*chain.from_iterable(fixtures.id_lists.values()), *target.absent_ids.values())
    public = (target.name, target.api, target.base_url, target.description)
    return _shared(tuple(target.secrets().items()), public, ids, target.form)


def credentials_of(target: Target) -> Secrets:
    """Return all that a request is authorized with, also where it is a word that answers are full of."""
    return Secrets.of(target.secrets(), (target.form.public_text,))


@lru_cache(16)
def _shared(
    named: tuple[tuple[str, str], ...], public: tuple[str, ...], ids: tuple[str, ...], form: TargetForm
) -> Secrets:
    """The same object each time: what it is looked up in is made once a process."""
    words = "\n".join((*ids, _HTTP_WORDS, form.contract.published_text)).lower()
    kept = {name: value for name, value in named if value.lower() not in words}
    return Secrets.of(kept, (*public, *ids, form.public_text))


def _regions(spans: Iterable[Span]) -> list[list[Span]]:
    """Spans in groups, each of which overlap; the first first."""
    regions: list[list[Span]] = []
    end = 0
    for span in spans:
        if regions and span.start < end:
            regions[-1].append(span)
        else:
            regions.append([span])
        end = max(end, span.end)
    return regions


def _telling_best(region: list[Span]) -> list[Span]:
    """The spans that say which secrets stand in a region: those that stand there as they are, else the best one."""
    best, *others = sorted(region, key=lambda one: (one.rank, one.start - one.end))
    chosen = [best]
    for span in others:
        if span.rank == 0:
            place = bisect_right(chosen, span)
            before, after = chosen[place - 1 : place], chosen[place : place + 1]
            if all(one.end <= span.start for one in before) and all(span.end <= one.start for one in after):
                chosen.insert(place, span)
    return chosen


def _is_within(span: Span, parts: list[tuple[int, int]]) -> bool:
    """Whether a span lies in one of `parts`, which are in order and apart."""
    place = bisect_right(parts, (span.start, sys.maxsize)) - 1
    return place >= 0 and span.end <= parts[place][1]


def _places(data: bytes, text: bytes) -> Iterator[int]:
    place = data.find(text)
    while place >= 0:
        yield place
        place = data.find(text, place + len(text))


def _is_telling(part: bytes) -> bool:
    """Whether a part of a report is too long or too mixed for a word, a number or a date of our own."""
    return len(part) >= 20 or (
        len(part) >= PIECE and re.search(rb"\d", part) is not None and part.upper() != part.lower()
    )
