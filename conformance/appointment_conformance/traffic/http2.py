"""Find out whether a server speaks HTTP/2, where it ends a connection of HTTP/1.1 without a word."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from .raw_connection import Timeouts, open_connection
from .route import Route

#: The connection preface of a client: the magic text and an empty frame of SETTINGS (RFC 9113, section 3.4).
_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
#: The type of the frame that a server sends first, in the fourth byte of the frame.
_SETTINGS: Final = 4


def speaks_http_2(url: str, route: Route, timeouts: Timeouts) -> bool:
    """Whether the server of `url` answers the preface of HTTP/2. No request is sent; a failed connection is a no."""
    try:
        with closing(open_connection(url, route, timeouts)) as connection:
            connection.sendall(_PREFACE)
            first = b""
            while len(first) < 4 and (more := bytes(connection.recv(64))):
                first += more
    except OSError:
        return False
    return first[3:4] == bytes([_SETTINGS])
