"""HTTP/1.1 on a raw socket: send the last bytes of several requests at once, and read responses completely."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import h11

from appointment_reports import Request, Response

from .content import decoded_content
from .response_limits import CONTENT_CAP, READ_CAP
from .route import Connection, Route, bare, is_secure

#: The error where a server answers an HTTP/1.1 request as HTTP/2 does.
IN_HTTP_2 = "the server answers with frames of HTTP/2"
ENDED_EARLY = "the connection ended before an answer"
#: Seconds to wait for stray bytes after a complete answer if the server does not close the connection.
STRAY_SECONDS = 0.25
#: Number of bytes that are kept for the error message if they are not an HTTP answer.
FIRST_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one request: a response, an error, or both if the response broke off."""

    response: Response | None
    error: str | None
    #: True if the target cannot have acted: there was no connection, or no request was sent completely.
    unsent: bool = False
    #: True if the connection was closed before the first byte of an answer, and before the timeout.
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for the complete answer."""

    connect: float
    answer: float


def send_together(requests: Sequence[Request], route: Route, timeouts: Timeouts) -> list[Answer]:
    """Send each request on its own connection, with all last bytes at the same instant; return the answers in order."""
    sockets: list[Connection] = []
    released = False
    try:
        for request in requests:
            sockets.append(open_connection(request.url, route, timeouts))
            sockets[-1].sendall(_encode(request, route)[:-1])
        released = True
        for request, connection in zip(requests, sockets, strict=True):
            connection.sendall(_encode(request, route)[-1:])
        deadline = time.monotonic() + timeouts.answer
        # Read in parallel: an answer that does not end must not use up the time of the others.
        with ThreadPoolExecutor(max_workers=len(sockets)) as readers, _cut_when_interrupted(sockets):
            reading = [
                readers.submit(_read, connection, request, deadline, timeouts)
                for request, connection in zip(requests, sockets, strict=True)
            ]
            return [future.result() for future in reading]
    except OSError as error:
        return [Answer(None, f"{type(error).__name__}: {error}", unsent=not released)] * len(requests)
    finally:
        for connection in sockets:
            connection.close()


@contextmanager
def _cut_when_interrupted(connections: Sequence[Connection]) -> Iterator[None]:
    """Shut down `connections` if an interrupt ends the block, so that the threads that read from them end."""
    try:
        yield
    except KeyboardInterrupt:
        for connection in connections:
            with suppress(OSError):
                bare(connection).shutdown(socket.SHUT_RDWR)
        raise


def open_connection(url: str, route: Route, timeouts: Timeouts) -> Connection:
    """Return a connection to the server of `url`, with TLS if its scheme says so. Raises OSError."""
    connection = route.connect(url, seconds=timeouts.connect)
    connection.settimeout(timeouts.answer)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return route.secured(connection, url) if is_secure(url) else connection


def _encode(request: Request, route: Route) -> bytes:
    """Return the request as bytes; h11 raises an error for invalid HTTP."""
    host, proxied = urlsplit(request.url).netloc, route.proxy_headers(request.url)
    headers = [("Host", host), *request.headers, *proxied.items(), ("Connection", "close")]
    if request.body is not None:
        headers.append(("Content-Length", str(len(request.body))))
    writer, path = h11.Connection(h11.CLIENT), route.request_target(request.url)
    encoded = writer.send(h11.Request(method=request.method, target=path, headers=headers)) or b""
    if request.body:
        encoded += writer.send(h11.Data(data=request.body)) or b""
    return encoded + (writer.send(h11.EndOfMessage()) or b"")


def _read(connection: Connection, request: Request, deadline: float, timeouts: Timeouts) -> Answer:
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method=request.method, target="/", headers=[("Host", "target")]))
    reader.send(h11.EndOfMessage())
    head: h11.Response | None = None
    content, error, stray, ended = bytearray(), None, b"", True
    received = b""  # Not redacted: the client hides secrets in the error, then cuts it.
    try:
        while (event := reader.next_event()) is not h11.PAUSED and not isinstance(event, h11.EndOfMessage):
            if event is h11.NEED_DATA:
                more = _receive(connection, deadline)
                received += more[: FIRST_BYTES - len(received)]
                reader.receive_data(more)
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                content += event.data
            if len(content) > CONTENT_CAP:
                ended = False
                break
        stray = _read_stray(connection, reader.trailing_data[0], deadline) if ended else b""
    except TimeoutError:
        ended = False
    except h11.RemoteProtocolError:
        error = describe_unreadable(received) if received else ENDED_EARLY
    except OSError as problem:
        error = f"{type(problem).__name__}: {problem}"
    if head is None:
        silent = f"timed out after {timeouts.answer:g} seconds"
        return Answer(None, error or ("no response" if ended else silent), dropped=ended)
    response, undecodable = _response(head, bytes(content[:READ_CAP]), stray, ended=ended)
    return Answer(
        response, describe_unfinished(timeouts, response.body) if response.truncated else error or undecodable
    )


def describe_unfinished(timeouts: Timeouts, content: bytes) -> str:
    """Return the error for an answer that was cut after `content` was read."""
    if len(content) >= CONTENT_CAP:
        return f"the answer is larger than {CONTENT_CAP // 1024} KiB; switch off the debug mode of the server"
    return f"the answer does not end within {timeouts.answer:g} seconds"


def describe_unreadable(received: bytes) -> str:
    """Return the error for bytes that are not an HTTP/1.1 answer (RFC 9112, section 4)."""
    # A frame of HTTP/2: three bytes of length, then SETTINGS or GOAWAY (RFC 9113, sections 4.1, 6.5 and 6.8).
    if len(received) > 3 and received[:2] == b"\0\0" and received[3] in {4, 7}:
        return IN_HTTP_2
    return f"the answer is not HTTP/1.1: {received!r}" if received.strip() else ENDED_EARLY


def _receive(connection: Connection, deadline: float) -> bytes:
    seconds_left = deadline - time.monotonic()
    if seconds_left <= 0:
        raise TimeoutError("the answer did not end in time")
    connection.settimeout(seconds_left)
    return cast("bytes", connection.recv(65536))


def _read_stray(connection: Connection, trailing: bytes, deadline: float) -> bytes:
    """Return the bytes after the end of the response, which HTTP does not allow, read for at most `STRAY_SECONDS`."""
    deadline = min(deadline, time.monotonic() + STRAY_SECONDS)
    while len(trailing) < 1024:
        try:
            more = _receive(connection, deadline)
        except OSError:
            break
        if not more:
            break
        trailing += more
    return trailing[:1024]


def _response(head: h11.Response, encoded: bytes, stray: bytes, *, ended: bool) -> tuple[Response, str | None]:
    """Return the response, and the error of decoding its content, if any."""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items())
    coding = ", ".join(value for name, value in headers if name.lower() == "content-encoding")
    content = decoded_content(encoded, coding)
    response = Response(
        status=head.status_code,
        headers=headers,
        body=content.decoded,
        reason=head.reason.decode("latin-1"),
        http_version=f"HTTP/{head.http_version.decode()}",
        truncated=not (ended and content.ended),
        wire_length=len(encoded),
        stray=stray,
    )
    return response, content.error
