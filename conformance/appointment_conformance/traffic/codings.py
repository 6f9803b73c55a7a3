"""Content that is no text as it stands: unpacked where a library can, so that it is searched for secrets as well."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, NamedTuple

from .response_limits import READ_CAP
from .secrets import Secrets

#: How many codings one upon the other are undone.
MAX_CODINGS: Final = 5
#: Text has fewer control characters than one in so many bytes; packed content has one in ten.
_CONTROL_EVERY: Final = 16
#: UTF-16 and UTF-32 have a NUL in every other byte at the least, other text has none.
_NUL_EVERY: Final = 3
_BOMS: Final = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CONTROLS: Final = bytes({*range(32)} - set(b"\b\t\n\v\f\r\x1b\0")) + b"\x7f"
_UPPER_CONTROLS: Final = bytes(range(0x80, 0xA0))


class Redacted(NamedTuple):
    """Content without secrets; `left_out` says why it is not here, empty where it is."""

    content: bytes
    left_out: str = ""


def redacted(content: bytes, secrets: Secrets, coding: str = "") -> Redacted:
    """Return `content` without secrets; packed content that holds one, or cannot be searched, is left out.

    What a header says of it decides nothing: `coding`, the value of a Content-Encoding, is a hint and stands in the
    note. A note takes the place of what is left out, so that it still is content, and not JSON.
    """
    packed, name = content, ""
    for _ in range(MAX_CODINGS + 1):
        if _odd(packed) == 0:
            break
        found = _unpacked(packed, coding)
        if found is None and _is_text(packed):
            break
        if found is None:
            told = f"coding {coding}" if coding.replace("-", "").isalnum() and coding.isascii() else "what is no text"
            return _left_out(f"{told} cannot be searched for secrets", content)
        name, packed = found
    else:
        return _left_out("it is packed too often to be searched for secrets", content)
    if name and secrets.found_in(packed):
        return _left_out(f"a secret stands in it, packed as {name}", content)
    return Redacted(secrets.hide(content))


def _left_out(reason: str, content: bytes) -> Redacted:
    note = f"left out: {reason}, {len(content)} bytes"
    return Redacted(f"[{note}]".encode(), note)


def _is_text(content: bytes) -> bool:
    """Whether it reads as text in some encoding that has ASCII in it."""
    if content.count(0) * _NUL_EVERY > len(content):
        content = content.replace(b"\0", b"")
    return _odd(content) * _CONTROL_EVERY < len(content) + _CONTROL_EVERY


def _odd(content: bytes) -> int:
    """How many of its bytes are rare in text."""
    odd = len(content) - len(content.translate(None, _CONTROLS)) + content.count(0)
    if not _is_utf_8(content):
        odd += 1 + len(content) - len(content.translate(None, _UPPER_CONTROLS))
    return odd


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        # What was cut in the middle of a character is still UTF-8.
        return error.start >= len(content) - 3
    return True


def _unpacked(content: bytes, coding: str) -> tuple[str, bytes] | None:
    """The name of a coding and what is in it; None where none is known, or it does not end within bounds."""
    for name, begins, unpack in _CODINGS:
        if begins(content) or coding.strip().lower() == name:
            try:
                found = unpack(content)
            except Exception:  # noqa: BLE001, S112 - each library has errors of its own; another coding may fit
                continue
            if found is not None and len(found) <= READ_CAP:
                return name, found
    encoding = None if _is_text(content) else next((it for bom, it in _BOMS.items() if content.startswith(bom)), None)
    return None if encoding is None else (encoding, content.decode(encoding, "replace").encode("utf-8", "replace"))


def _inflated(form: int) -> Callable[[bytes], bytes | None]:
    def inflate(content: bytes) -> bytes | None:
        reader = zlib.decompressobj(form)
        found = reader.decompress(content, READ_CAP)
        return found if reader.eof and not reader.unused_data else None

    return inflate


def _by_library(*modules: str) -> Callable[[bytes], bytes | None]:
    """Unpack with the first of `modules` that is installed; none of them is needed for anything else."""

    def unpack(content: bytes) -> bytes | None:
        for module in modules:
            try:
                library: Any = import_module(module)
            except ImportError:
                continue
            return _bounded(library, content)
        return None

    return unpack


def _bounded(library: Any, content: bytes) -> bytes | None:
    """What a library of brotli or zstandard makes of `content`, None where that is too much."""
    if hasattr(library, "ZstdDecompressor") and hasattr(library, "MAX_WINDOW_SIZE"):  # zstandard
        found: bytes = library.ZstdDecompressor().stream_reader(content).read(READ_CAP + 1)
        return found
    reader = library.ZstdDecompressor() if hasattr(library, "ZstdDecompressor") else library.Decompressor()
    if hasattr(reader, "decompress"):
        found = reader.decompress(content, READ_CAP + 1)
        return found if reader.eof else None
    found = reader.process(content, output_buffer_limit=READ_CAP + 1)
    return found if reader.is_finished() else None


def _begins_with(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


#: Codings by name: how they begin, and what undoes them.
_CODINGS: Final[tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], bytes | None]], ...]] = (
    ("gzip", _begins_with(b"\x1f\x8b"), _inflated(31)),
    ("deflate", _begins_with(b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), _inflated(15)),
    ("zstd", _begins_with(b"\x28\xb5\x2f\xfd"), _by_library("compression.zstd", "zstandard")),
    ("br", lambda _: True, _by_library("brotli", "brotlicffi")),
    ("deflate", lambda _: True, _inflated(-15)),
)
