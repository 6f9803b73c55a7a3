"""Find and replace secrets by value, so that none appears in a recording, a report or on a console."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
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

#: Shorter values are not hidden: they would occur in ordinary text, and hiding them would hide evidence.
MIN_SECRET_LENGTH = 4
#: Values longer than this (longer than any placeholder) are replaced as a whole first.
LONG = 64
#: Number of bytes of a file that are searched together.
BLOCK = 1024 * 1024
#: Minimum number of bytes that are searched again with the next block, for secrets across two blocks.
OVERLAP = 64 * 1024
#: Maximum number of passes over a text: after a replacement, the text around it could form another secret.
MAX_PASSES = 4
#: Words with separators: a token may contain `ReadOnly` while a text contains `read_only`.
_WORDS = re.compile(rb"[A-Za-z]+(?:[ _-][A-Za-z]+)+")
_BETWEEN = re.compile(b"[%b]+" % re.escape(BETWEEN))
#: Words of HTTP, which answers often contain. A token that is such a word is not hidden.
_HTTP_WORDS = (
    "authorization unauthorized unauthenticated www-authenticate forbidden permission content-type application/json "
    "content-length transfer-encoding accept-encoding cache-control connection location retry-after user-agent "
)
#: Public words: they reveal nothing about a secret that contains them.
_PUBLIC_WORDS = (
    f"{_HTTP_WORDS} appointment-conformance conformance-unknown-token-0000 x-conformance-run reference "
    "access-token access_token refresh_token bearer-token api-token development environment production "
)


class Span(NamedTuple):
    """A part of a text that reveals a secret. The span with the lowest `rank`, then the longest, identifies it best."""

    start: int
    end: int
    owner: int
    #: 0: the complete value unchanged, 1: complete in another spelling, 2: a piece of it.
    rank: int


@dataclass(frozen=True)
class Secrets:
    """Named secret values, which are replaced by `${NAME}` in texts, as a whole and in part.

    A value, and any eight consecutive characters of it, is found in upper and lower case; escaped for URLs, JSON,
    programming languages or HTML in any mixture, up to eight times; in base64, hexadecimal, UTF-16 and UTF-32; and
    with line breaks, blanks or separators between its characters. A piece that also occurs in `public` is not secret.
    """

    named: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: Public texts: names, addresses and ids of the targets file, and the documents of its API.
    public: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, named: Mapping[str, str], public: Iterable[str] = ()) -> Secrets:
        """Return the secrets with the `named` values, except for those shorter than `MIN_SECRET_LENGTH`."""
        return cls.of_pairs(named.items(), public)

    @classmethod
    def of_pairs(cls, named: Iterable[tuple[str, str]], public: Iterable[str] = ()) -> Secrets:
        """Return the same; one name may have several values."""
        known = tuple((name, value) for name, value in named if len(value) >= MIN_SECRET_LENGTH)
        return cls(known, tuple(public))

    def hide(self, data: bytes) -> bytes:
        """Return `data` with every secret, and every piece of one, replaced."""
        return self._hidden(data, pieces=True)

    def hide_text(self, text: str) -> str:
        """Return `text` with every secret, and every piece of one, replaced; lone surrogates survive."""
        return self.hide(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def hide_whole(self, data: bytes) -> bytes:
        """Return `data` with every complete secret replaced. Use it for data of the suite, which contains no pieces."""
        return self._hidden(data, pieces=False)

    def hide_in_result(self, result: RequirementResult) -> RequirementResult:
        """Return `result` with every secret replaced in its reason, remedy and failure."""
        hide, failure = self.hide_text, result.failure
        if failure is not None:
            failure = replace(failure, expected=hide(failure.expected), actual=hide(failure.actual))
        return replace(result, reason=hide(result.reason), remedy=hide(result.remedy), failure=failure)

    def found_in(self, data: bytes) -> bool:
        """Whether `data` contains a secret or a piece of one."""
        return bool(self._spans(data, pieces=True))

    def scrub(self, file: Path) -> None:
        """Replace every secret in `file`, whatever its size. A file without secrets is not changed.

        A value that could be a plain word or number of a report is not replaced, as that would break the report.
        It is still hidden where a target's answer is recorded.
        """
        if not self.named:
            return
        with file.open("rb") as source, tempfile.TemporaryFile(dir=file.parent) as draft:
            if self._copy(source, draft):
                draft.seek(0)
                with file.open("wb") as sink:
                    shutil.copyfileobj(draft, sink)

    def _copy(self, source: IO[bytes], sink: IO[bytes]) -> bool:
        """Copy without secrets; return whether there was one. Blocks overlap, so that no secret is split."""
        overlap = max(OVERLAP, *(8 * len(value) for _, value in self.named))
        has_secret, rest = False, b""
        while block := source.read(BLOCK):
            rest += block
            if len(rest) >= 2 * overlap:
                copied, done = self._cleaned(rest, len(rest) - overlap)
                sink.write(copied)
                has_secret, rest = has_secret or copied != rest[:done], rest[done:]
        copied, _ = self._cleaned(rest, len(rest))
        sink.write(copied)
        return has_secret or copied != rest

    def _cleaned(self, data: bytes, until: int) -> tuple[bytes, int]:
        """Return `data` up to about `until` without revealing parts, and the position up to which it was cleaned."""
        spans = [span for span in self._spans(data, pieces=True) if _is_revealing(data[span.start : span.end])]
        regions = [region for region in _regions(spans) if region[0].start < until]
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
            names = "".join(f"${{{self.named[span.owner][0]}}}" for span in _best_spans(region))
            parts += (data[done : region[0].start], names.encode())
            done = max(span.end for span in region)
        return b"".join((*parts, data[done:]))

    def _spans(self, data: bytes, *, pieces: bool) -> list[Span]:
        """Return every part of `data` that reveals a secret, in order. Parts within placeholders are ignored."""
        if len(data) < MIN_SECRET_LENGTH or not self.named:
            return []
        spans = sorted(span for layer in layers(data) for span in self._spans_in_layer(layer, pieces=pieces))
        if not spans:
            return spans
        placeholders = [match.span() for match in self._placeholder.finditer(data)]
        return [span for span in spans if not _is_within(span, placeholders)]

    def _spans_in_layer(self, layer: Layer, *, pieces: bool) -> Iterator[Span]:
        for owner, raw in self._raws:
            for start in _positions(layer.data, raw):
                yield Span(*layer.origin(start, start + len(raw)), owner, 0)
        plain = folded(layer.data)
        for owner, text in self._short:
            for start in _positions(plain, text):
                yield Span(*layer.origin(start, start + len(text)), owner, 1)
        yield from self._spans_in_view(layer, plain, (self._plain,), pieces=pieces)
        joined = squeezed(layer.data)
        if any(True for index in self._encoded for _ in index.pieces(joined)):
            joined_layer = replaced(layer, _BETWEEN, lambda _: b"") or layer
            yield from self._spans_in_view(joined_layer, joined, self._encoded, pieces=pieces)

    def _spans_in_view(
        self, layer: Layer, view: bytes, indexes: Iterable[PieceIndex], *, pieces: bool
    ) -> Iterator[Span]:
        for index in indexes:
            for piece in index.pieces(view):
                if piece.is_whole or (pieces and self._is_secret(layer, view, piece)):
                    yield Span(*layer.origin(piece.start, piece.end), piece.owner, 1 if piece.is_whole else 2)

    def _is_secret(self, layer: Layer, view: bytes, piece: Piece) -> bool:
        """Whether a piece of a secret is neither public nor ordinary words."""
        if self._is_public(view[piece.start : piece.end]):
            return False
        original = layer.parent.data[layer.first(piece.start) : layer.last(piece.end - 1)] if layer.parent else b""
        return _WORDS.fullmatch(original) is None or piece.end - piece.start >= 2 * PIECE

    @cached_property
    def _raws(self) -> tuple[tuple[int, bytes], ...]:
        return tuple((number, value.encode("utf-8", "surrogatepass")) for number, (_, value) in enumerate(self.named))

    @cached_property
    def _long(self) -> tuple[tuple[bytes, bytes], ...]:
        """Long values, for which a search of pieces is slow, with their placeholders; no other value contains them."""
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
        """Values that are searched only as a whole, because they are too short to have pieces."""
        return tuple(
            (number, folded(text))
            for number, (_, value) in enumerate(self.named)
            if len(value) < PIECE
            for text in (*spellings(value), *encodings(value))
        )

    @cached_property
    def _plain(self) -> PieceIndex:
        return PieceIndex(((folded(text), owner) for text, owner in self._spellings), PIECE)

    @cached_property
    def _encoded(self) -> tuple[PieceIndex, PieceIndex]:
        """Indexes for texts without separators: one for plain text and base64, one for hexadecimal."""
        texts = [(squeezed(text), owner) for text, owner in self._spellings]
        raws = [(raw, owner) for text, owner in self._spellings for raw in (text, *in_utf_16(text))]
        texts += [(squeezed(text), owner) for raw, owner in raws for text in in_base64(raw)]
        in_hex = [(raw.hex().encode(), owner) for raw, owner in raws]
        return PieceIndex(texts, PIECE), PieceIndex(in_hex, HEX_PIECE)

    @cached_property
    def _placeholder(self) -> re.Pattern[bytes]:
        return re.compile(rb"\$\{(?:%b)\}" % b"|".join(re.escape(name.encode()) for name, _ in self.named))

    @cached_property
    def _is_public(self) -> Callable[[bytes], bool]:
        """A function that tells whether a piece is public; cached, as an answer may repeat one piece very often."""
        names = (name for name, _ in self.named)
        texts = "\n".join((*self.public, *names, _PUBLIC_WORDS))
        known = self.hide_whole(texts.encode("utf-8", "surrogatepass"))
        known = folded(known) + b"\n" + b"\n".join(squeezed(line) for line in known.split(b"\n"))
        return lru_cache(4096)(known.__contains__)


def secrets_of(target: Target, *earlier: Target) -> Secrets:
    """Return the secrets of a target; all other values of the target in the targets file are public.

    `earlier` is the same target with tokens that it had before. A token that is a word of the vendor's document, of
    HTTP or of an id of the fixtures is not hidden: replacing each such word would change what the target answered.
    """
    fixtures = target.fixtures
    ids = (*chain.from_iterable(fixtures.id_lists.values()), *target.absent_ids.values())
    public = (target.name, target.api, target.base_url, target.description)
    return _shared(_named(target, *earlier), public, ids, target.form)


def credentials_of(target: Target, *earlier: Target) -> Secrets:
    """Return all credentials of requests, including those that are words which answers often contain."""
    return Secrets.of_pairs(_named(target, *earlier), (target.form.public_text,))


def _named(*targets: Target) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(chain.from_iterable(target.secrets().items() for target in targets)))


@lru_cache(16)
def _shared(
    named: tuple[tuple[str, str], ...], public: tuple[str, ...], ids: tuple[str, ...], form: TargetForm
) -> Secrets:
    """Return the same object for the same arguments, so that a process builds each index once."""
    words = "\n".join((*ids, _HTTP_WORDS, form.contract.published_text)).lower()
    kept = [(name, value) for name, value in named if value.lower() not in words]
    return Secrets.of_pairs(kept, (*public, *ids, form.public_text))


def _regions(spans: Iterable[Span]) -> list[list[Span]]:
    """Return groups of overlapping spans, in order."""
    regions: list[list[Span]] = []
    end = 0
    for span in spans:
        if regions and span.start < end:
            regions[-1].append(span)
        else:
            regions.append([span])
        end = max(end, span.end)
    return regions


def _best_spans(region: list[Span]) -> list[Span]:
    """Return the spans that identify the secrets of a region: the unchanged values in it, else the best span."""
    best, *others = sorted(region, key=lambda span: (span.rank, span.start - span.end))
    chosen = [best]
    for span in others:
        if span.rank == 0:
            place = bisect_right(chosen, span)
            before, after = chosen[place - 1 : place], chosen[place : place + 1]
            if all(left.end <= span.start for left in before) and all(span.end <= right.start for right in after):
                chosen.insert(place, span)
    return chosen


def _is_within(span: Span, parts: list[tuple[int, int]]) -> bool:
    """Whether a span lies within one of `parts`, which are in order and do not overlap."""
    place = bisect_right(parts, (span.start, sys.maxsize)) - 1
    return place >= 0 and span.end <= parts[place][1]


def _positions(data: bytes, text: bytes) -> Iterator[int]:
    place = data.find(text)
    while place >= 0:
        yield place
        place = data.find(text, place + len(text))


def _is_revealing(part: bytes) -> bool:
    """Whether a part of a report is too long or too mixed to be a word, a number or a date of the suite itself."""
    return len(part) >= 20 or (
        len(part) >= PIECE and re.search(rb"\d", part) is not None and part.upper() != part.lower()
    )
