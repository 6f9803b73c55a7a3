"""A server on a bare socket that answers every request with the bytes it was given, and keeps what it received."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from contextlib import contextmanager


class ScriptedServer:
    """Answers request number n with answer number n, the last one for ever; `received` holds each request's bytes."""

    def __init__(self, answers, tls=None):
        """Listen at once; serve after `start`. `tls` is the context to speak TLS in."""
        self._answers, self._tls, self.received = list(answers), tls, []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]

    def serve(self):
        """Serve one connection after another until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(ssl.SSLError), self._secured(connection) as secured:
                self._answer(secured)

    def stop(self):
        """Wake the waiting accept, so that the thread ends."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _secured(self, connection):
        if self._tls is None:
            return connection
        with connection:
            return self._tls.wrap_socket(connection, server_side=True)

    def _answer(self, connection):
        request = request_from(connection)
        if request:
            self.received.append(request)
            connection.sendall(self._answers[min(len(self.received), len(self._answers)) - 1])


@contextmanager
def scripted(*answers, tls=None):
    """Serve the answers from a thread while the context is open."""
    server = ScriptedServer(answers, tls)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def message(status, body=b"", headers=(), *, length=None):
    """Return an answer as bytes, of a declared length that may lie."""
    declared = len(body) if length is None else length
    fields = [*headers, ("Content-Length", str(declared)), ("Connection", "close")]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body


def request_from(connection):
    """Return the bytes of one request, none where the client has left."""
    connection.settimeout(10)
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
