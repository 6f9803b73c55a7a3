"""Redact content that may be compressed or encoded: decode it, if a library can, and search it for secrets."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, NamedTuple

from .response_limits import READ_CAP
from .secrets import Secrets

#: Maximum number of nested codings that are decoded.
MAX_CODINGS: Final = 5
#: Text has less than one control character in this many bytes; compressed content has about one in ten.
_CONTROL_EVERY: Final = 16
#: In UTF-16 and UTF-32, at least every other byte of ASCII text is NUL; other text has no NUL.
_NUL_EVERY: Final = 3
_BOMS: Final = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CONTROLS: Final = bytes({*range(32)} - set(b"\b\t\n\v\f\r\x1b\0")) + b"\x7f"
_UPPER_CONTROLS: Final = bytes(range(0x80, 0xA0))


class Redacted(NamedTuple):
    """Content without secrets; `left_out` says why a note replaces the content, and is empty if none does."""

    content: bytes
    left_out: str = ""


def redacted(content: bytes, secrets: Secrets, coding: str = "") -> Redacted:
    """Return `content` without secrets. Compressed content that contains one, or cannot be searched, is left out.

    `coding`, the value of a Content-Encoding header, is only a hint, and is quoted in the note. A note that is not JSON
    replaces content that is left out, so that the content is not empty.
    """
    decoded, name = content, ""
    for _ in range(MAX_CODINGS + 1):
        if _count_rare_bytes(decoded) == 0:
            break
        result = _decode(decoded, coding)
        if result is None and _is_text(decoded):
            break
        if result is None:
            is_plain_name = coding.replace("-", "").isalnum() and coding.isascii()
            kind = f"coding {coding}" if is_plain_name else "content that is not text"
            return _left_out(f"{kind} cannot be searched for secrets", content)
        name, decoded = result
    else:
        return _left_out("it has too many nested codings to be searched for secrets", content)
    if name and secrets.found_in(decoded):
        return _left_out(f"it contains a secret, encoded as {name}", content)
    return Redacted(secrets.hide(content))


def _left_out(reason: str, content: bytes) -> Redacted:
    note = f"left out: {reason}, {len(content)} bytes"
    return Redacted(f"[{note}]".encode(), note)


def _is_text(content: bytes) -> bool:
    """Whether `content` is text in an encoding that includes ASCII."""
    if content.count(0) * _NUL_EVERY > len(content):
        content = content.replace(b"\0", b"")
    return _count_rare_bytes(content) * _CONTROL_EVERY < len(content) + _CONTROL_EVERY


def _count_rare_bytes(content: bytes) -> int:
    """Return the number of bytes that are rare in text."""
    count = len(content) - len(content.translate(None, _CONTROLS)) + content.count(0)
    if not _is_utf_8(content):
        count += 1 + len(content) - len(content.translate(None, _UPPER_CONTROLS))
    return count


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        # Content that was cut in the middle of a character is still UTF-8.
        return error.start >= len(content) - 3
    return True


def _decode(content: bytes, coding: str) -> tuple[str, bytes] | None:
    """Return the name of a coding and the decoded content; None if no coding fits or the result is too large."""
    for name, matches, decode in _CODINGS:
        if matches(content) or coding.strip().lower() == name:
            try:
                decoded = decode(content)
            except Exception:  # noqa: BLE001, S112 - each library has its own errors; another coding may fit
                continue
            if decoded is not None and len(decoded) <= READ_CAP:
                return name, decoded
    encoding = (
        None if _is_text(content) else next((name for bom, name in _BOMS.items() if content.startswith(bom)), None)
    )
    return None if encoding is None else (encoding, content.decode(encoding, "replace").encode("utf-8", "replace"))


def _inflater(window_bits: int) -> Callable[[bytes], bytes | None]:
    def inflate(content: bytes) -> bytes | None:
        reader = zlib.decompressobj(window_bits)
        decoded = reader.decompress(content, READ_CAP)
        return decoded if reader.eof and not reader.unused_data else None

    return inflate


def _by_library(*modules: str) -> Callable[[bytes], bytes | None]:
    """Return a function that decodes with the first installed module; nothing else needs these modules."""

    def decode(content: bytes) -> bytes | None:
        for module in modules:
            try:
                library: Any = import_module(module)
            except ImportError:
                continue
            return _decode_bounded(library, content)
        return None

    return decode


def _decode_bounded(library: Any, content: bytes) -> bytes | None:
    """Return `content` decoded by a brotli or zstandard library; None if the result is incomplete."""
    if hasattr(library, "ZstdDecompressor") and hasattr(library, "MAX_WINDOW_SIZE"):  # zstandard
        decoded: bytes = library.ZstdDecompressor().stream_reader(content).read(READ_CAP + 1)
        return decoded
    reader = library.ZstdDecompressor() if hasattr(library, "ZstdDecompressor") else library.Decompressor()
    if hasattr(reader, "decompress"):
        decoded = reader.decompress(content, READ_CAP + 1)
        return decoded if reader.eof else None
    decoded = reader.process(content, output_buffer_limit=READ_CAP + 1)
    return decoded if reader.is_finished() else None


def _begins_with(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


#: Name of a coding, a test whether content may have it, and a function that decodes it.
_CODINGS: Final[tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], bytes | None]], ...]] = (
    ("gzip", _begins_with(b"\x1f\x8b"), _inflater(31)),
    ("deflate", _begins_with(b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), _inflater(15)),
    ("zstd", _begins_with(b"\x28\xb5\x2f\xfd"), _by_library("compression.zstd", "zstandard")),
    ("br", lambda _: True, _by_library("brotli", "brotlicffi")),
    ("deflate", lambda _: True, _inflater(-15)),
)
