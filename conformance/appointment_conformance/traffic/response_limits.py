"""Limits of one answer, including its head: bytes received, and seconds in total."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

#: Maximum decoded content that is kept, in bytes; an error page of a server in debug mode is usually smaller.
CONTENT_CAP = 2 * 1024 * 1024
#: Content is read a little further than it is kept, so that redaction sees a secret across the cut completely.
READ_CAP = CONTENT_CAP + 8 * 1024
#: Maximum size of the head of an answer, in bytes; the limits of common servers and proxies are lower.
HEAD_CAP = 64 * 1024
#: Maximum bytes received for one answer, including framing and encoding overhead.
WIRE_CAP = 4 * 1024 * 1024


class LimitedReader(io.RawIOBase):
    """The bytes of one answer; reading beyond the limit of seconds or bytes raises TimeoutError."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        """Start the clock: the whole answer may take as long as the timeout of `connection`."""
        self._raw, self._connection = raw, connection
        self._deadline = time.monotonic() + (connection.gettimeout() or 0.0)
        self._bytes_left = WIRE_CAP

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read available bytes into `buffer`. Raises TimeoutError if a limit is reached."""
        seconds_left = self._deadline - time.monotonic()
        if seconds_left <= 0 or self._bytes_left <= 0:
            raise TimeoutError("the answer does not end")
        self._connection.settimeout(seconds_left)
        count: int | None = self._raw.readinto(buffer)
        self._bytes_left -= count or 0
        return count

    def close(self) -> None:
        """Close the underlying stream."""
        self._raw.close()
        super().close()


class LimitedResponse(http.client.HTTPResponse):
    """An answer that is read through a LimitedReader, from the status line on."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        """Read from `sock`, whose timeout applies to the whole answer."""
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(LimitedReader(self.fp.detach(), sock))

    def _read_status(self) -> tuple[str, int, str]:
        """Skip every interim answer (RFC 9110, section 15.2); the original skips only status 100."""
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


#: For a urllib3 pool manager: scheme -> pool whose answers are limited.
LIMITED_POOLS = {"http": _PlainPool, "https": _SecurePool}
