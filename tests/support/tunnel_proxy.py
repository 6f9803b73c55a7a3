"""An HTTP proxy that opens tunnels, and keeps what it was asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager


class TunnelProxy:
    """Connects whoever asks with CONNECT to a port of this machine; `asked` holds each question's bytes."""

    def __init__(self):
        """Listen at once."""
        self.asked = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def serve(self):
        """Serve one tunnel after another until the listener is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                self._connect(client)

    def stop(self):
        """Wake the waiting accept, so that the thread ends."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _connect(self, client):
        client.settimeout(10)
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += client.recv(1)
        self.asked.append(asked)
        port = int(asked.split()[1].rpartition(b":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as target:
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_carry, args=(target, client), daemon=True)
            back.start()
            _carry(client, target)
            back.join()


def _carry(source, sink):
    """Carry bytes until there are no more, and tell the other end so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def tunnels():
    """Serve tunnels from a thread while the context is open."""
    proxy = TunnelProxy()
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()
