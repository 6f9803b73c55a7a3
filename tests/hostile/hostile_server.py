"""A server on a raw socket whose answers are attacks, and a server in front of the reference API."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager

from scripted_server import request_from


class HostileServer:
    """Lets `behave(line, request)` loose on every connection, each in a thread; `stopped` ends the endless ones."""

    def __init__(self, behave):
        """Listen at once; serve after `start`."""
        self._behave, self.stopped, self.served = behave, threading.Event(), 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]

    def serve(self):
        """Serve connections side by side until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def stop(self):
        """Wake the waiting accept and everything that drips."""
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve_one(self, connection):
        connection.settimeout(10)
        with connection:
            try:
                while request := request_from(connection):
                    self.served += 1
                    if self._behave(Line(connection, self.stopped), request) is not KEEP_ALIVE:
                        return
            except OSError:
                return


KEEP_ALIVE = object()


class Line:
    """A connection as an attacker uses it."""

    def __init__(self, connection, stopped):
        """Speak on `connection` until the client is gone or `stopped` is set."""
        self._connection, self._stopped = connection, stopped

    def send(self, data):
        """Send at once."""
        self._connection.sendall(data)

    def flood(self, data):
        """Send the same for ever."""
        while not self._stopped.is_set():
            self._connection.sendall(data)

    def drip(self, data):
        """Send byte by byte, just fast enough that no single read times out, and then nothing."""
        for byte in data:
            if self._stopped.wait(0.02):
                return
            self._connection.sendall(bytes([byte]))

    def await_farewell(self):
        """Say nothing until the client is gone."""
        self._connection.settimeout(60)
        while self._connection.recv(65536):
            pass

    def reset(self):
        """Break the connection off without a farewell."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


@contextmanager
def hostile(behave):
    """Serve `behave` from threads while the context is open."""
    server = HostileServer(behave)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@contextmanager
def twisted(reference, twist):
    """Serve what the reference API answers, as `twist(status, body)` -> (reason, headers, body) makes it."""
    port = int(reference.base_url.split(":")[2].split("/")[0])

    def behave(line, request):
        status, body = relayed(port, request)
        reason, headers, content = twist(status, body)
        length = [] if status == 204 else [(b"Content-Length", str(len(content)).encode())]
        fields = [*headers, *length, (b"Connection", b"close")]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
        line.send(b"HTTP/1.1 %d " % status + reason + b"\r\n" + head + b"\r\n" + (b"" if status == 204 else content))

    with hostile(behave) as server:
        yield server


def relayed(port, request):
    """Send the bytes of a request to a loopback port; return status and body of the answer."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return int(answer.split(b" ")[1]), answer.partition(b"\r\n\r\n")[2]
