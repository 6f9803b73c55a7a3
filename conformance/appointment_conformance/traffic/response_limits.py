"""Bounds on what one answer may cost: bytes on the wire and seconds in all, the head included."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

#: Decoded content beyond this is not kept; an error page of a server in debug mode stays below it.
CONTENT_CAP = 2 * 1024 * 1024
#: Content is read a little further than it is kept, so that a secret across the cut is whole when it is looked for.
READ_CAP = CONTENT_CAP + 8 * 1024
#: A head beyond this is no answer; servers and proxies in wide use draw the line lower.
HEAD_CAP = 64 * 1024
#: Everything that may arrive for one answer: framing, extensions and encodings that carry no content count as well.
WIRE_CAP = 4 * 1024 * 1024


class LimitedReader(io.RawIOBase):
    """The bytes of one answer; reading on beyond the time or the bytes it may take raises TimeoutError."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        """Start the clock: the whole answer may take what `connection` would wait for a single byte."""
        self._raw, self._connection = raw, connection
        self._deadline = time.monotonic() + (connection.gettimeout() or 0.0)
        self._bytes_left = WIRE_CAP

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there. Raises TimeoutError where a bound is reached."""
        seconds_left = self._deadline - time.monotonic()
        if seconds_left <= 0 or self._bytes_left <= 0:
            raise TimeoutError("the answer does not end")
        self._connection.settimeout(seconds_left)
        count: int | None = self._raw.readinto(buffer)
        self._bytes_left -= count or 0
        return count

    def close(self) -> None:
        """Let go of the connection."""
        self._raw.close()
        super().close()


class LimitedResponse(http.client.HTTPResponse):
    """An answer whose every byte passes a meter, from the status line on."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        """Read from `sock`, which has the timeout of the whole answer."""
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(LimitedReader(self.fp.detach(), sock))

    def _read_status(self) -> tuple[str, int, str]:
        """Pass over every interim answer (RFC 9110, section 15.2); the original knows 100 alone."""
        version, status, reason = super()._read_status()  # type: ignore[misc] # the stubs leave it out
        while 102 <= status <= 199:
            http.client.parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc] # the stubs leave it out
        return version, status, reason


class _Plain(HTTPConnection):
    response_class = LimitedResponse


class _Secure(HTTPSConnection):
    response_class = LimitedResponse


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


#: For a urllib3 pool manager: scheme -> pool whose answers are metered.
LIMITED_POOLS = {"http": _PlainPool, "https": _SecurePool}
