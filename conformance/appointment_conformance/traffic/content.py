"""Read and decode the content of an answer, up to a maximum size."""

from __future__ import annotations

import io
from typing import NamedTuple

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from .response_limits import CONTENT_CAP, READ_CAP


class Content(NamedTuple):
    """Decoded content, an error while reading it, and whether reading ended (also by an error) within the limits."""

    decoded: bytes
    error: str | None = None
    ended: bool = True


def content_of(raw: HTTPResponse) -> Content:
    """Read the decoded content of `raw` to its end, or up to `READ_CAP` bytes."""
    content = bytearray()
    try:
        for chunk in raw.stream(16384, decode_content=True):
            content += chunk
            if len(content) > READ_CAP:
                return Content(bytes(content[:READ_CAP]), ended=False)
    except ReadTimeoutError:
        return Content(bytes(content), ended=False)
    except (HTTPError, OSError, ValueError) as problem:
        return Content(bytes(content), f"{type(problem).__name__}: {problem}")
    return Content(bytes(content), ended=len(content) <= CONTENT_CAP)


def decoded_content(content: bytes, coding: str) -> Content:
    """Decode `coding`, a Content-Encoding, which a server may use without being asked (RFC 9110, section 12.5.3)."""
    headers = {"Content-Encoding": coding} if coding else {}
    return content_of(HTTPResponse(io.BytesIO(content), headers=headers, preload_content=False))
