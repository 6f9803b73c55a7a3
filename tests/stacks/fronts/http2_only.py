"""A server that speaks HTTP/2 and nothing else: to a request of HTTP/1.1 it sends frames of HTTP/2 and hangs up.

Run as a program it serves a loopback port until it is ended.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from pathlib import Path

#: Empty SETTINGS, then GOAWAY with PROTOCOL_ERROR, no stream processed (RFC 9113, sections 6.5 and 6.8).
SETTINGS = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
GOAWAY = bytes([0, 0, 8, 7, 0, 0, 0, 0, 0]) + bytes([0, 0, 0, 0]) + bytes([0, 0, 0, 1])


def http_2_only(_folder: Path, port: int) -> Sequence[str]:
    """Return the command line of the server; a setup of a front."""
    return sys.executable, __file__, str(port)


def serve(port: int) -> None:
    """Answer each connection in turn, for ever."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                if connection.recv(65536):
                    connection.sendall(SETTINGS + GOAWAY)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
