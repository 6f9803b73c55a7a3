"""A request as a shell command that sends it again."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .result import Headers, Request

PLACEHOLDER = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*\})")
#: Headers that curl sets itself. With Accept-Encoding, the answer in the terminal could be compressed.
LEFT_TO_CURL = frozenset({"accept-encoding", "connection", "content-length", "host"})
#: How a byte, read as Latin-1, is written in a `printf` format between single quotes, if it must be escaped.
FORMAT = {byte: f"\\{byte:03o}" for byte in (*range(32), *b"'\\", *range(127, 256))} | {ord("%"): "%%"}
#: Operating systems limit the length of an argument; a longer body is piped.
MAX_ARGUMENT = 64 * 1024


def curl(request: Request, options: Iterable[str] = ()) -> str:
    """Return one POSIX shell line that sends `request` exactly as it was sent and follows no redirect.

    `options` are further words, which say how the server is reached. The shell expands `${NAME}` in these, in a header
    value and in the URL; everything else is quoted. A body that cannot be an
    argument (control bytes, not UTF-8, very long) is piped from `printf`, which every shell has.
    """
    method = ["--head"] if request.method == "HEAD" else ["-i", "-X", shlex.quote(request.method)]
    words = ["curl", "--globoff", "--path-as-is", "--max-time", "30", *map(_argument_of, options), *method]
    words += [f"-H {_header(name, value)}" for name, value in _sent(request)]
    pipe = ""
    if request.body is not None:
        text = _argument(request.body)
        pipe = "" if text is not None else f"printf '{_format(request.body)}' | "
        words.append(f"--data-binary {'@-' if text is None else shlex.quote(text)}")
    return pipe + " ".join([*words, _argument_of(request.url)])


def _sent(request: Request) -> Headers:
    headers = tuple((name, value) for name, value in request.headers if name.lower() not in LEFT_TO_CURL)
    declared = any(name.lower() == "content-type" for name, _ in headers)
    # Without a Content-Type, curl would declare the body to be a form.
    return headers if declared or request.body is None else (*headers, ("Content-Type", ""))


def _header(name: str, value: str) -> str:
    if not value:
        removed = name.lower() == "content-type"
        return _word(f"{name}:" if removed else f"{name};")
    return _argument_of(f"{name}: {value}")


def _argument_of(text: str) -> str:
    return _expandable(text) if PLACEHOLDER.search(text) and text.isprintable() else _word(text)


def _expandable(text: str) -> str:
    parts = (
        part if PLACEHOLDER.fullmatch(part) else re.sub(r'([\\"`$])', r"\\\1", part) for part in PLACEHOLDER.split(text)
    )
    # An interactive shell expands `!` even between double quotes.
    return '"' + "".join(parts).replace("!", "\"'!'\"") + '"'


def _word(text: str) -> str:
    if text.isprintable():
        return shlex.quote(text)
    return f"\"$(printf '{_format(text.encode('utf-8', 'surrogatepass'))}')\""


def _argument(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    # A leading `@` would name a file to read.
    plain = text.isprintable() and not text.startswith("@") and len(body) <= MAX_ARGUMENT
    return text if plain else None


def _format(data: bytes) -> str:
    """Return `data` as a `printf` format for use between single quotes."""
    text = data.decode("latin-1").translate(FORMAT)
    # A leading `-` would be an option.
    return "\\055" + text[1:] if text.startswith("-") else text
