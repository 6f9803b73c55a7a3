"""A server that is whatever a test says: each request is answered by a function, or its connection is closed."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

JSON, HTML = "application/json", "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def authorized(self):
        """Whether it carries any credentials."""
        return "authorization" in self.headers


class ImpostorHandler(BaseHTTPRequestHandler):
    """Answers with what the server's `answer` returns: (status, headers, body), or None to hang up."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _play(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        self.server.asked.append(asked)
        told = self.server.answer(asked)
        if told is None:
            self.close_connection = True
            return
        status, headers, content = told
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204 and "Content-Length" not in dict(headers):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _play  # noqa: N815 - the names that http.server looks for

    def log_message(self, *args):
        """Write no log."""


def page(status, body=b"<!doctype html><title>Hello</title>", media=HTML, **headers):
    """Return an answer with a page, or with other content."""
    return (
        status,
        [("Content-Type", media), *((name.replace("_", "-"), value) for name, value in headers.items())],
        body,
    )


def cut(answer):
    """Return `answer` with half of its content, after which the connection is closed."""
    status, headers, content = answer
    declared = [("Content-Length", str(len(content))), ("Connection", "close")]
    return status, [*headers, *declared], content[: len(content) // 2]


@contextmanager
def impostor(answer):
    """Serve from a thread while the context is open; the server's `asked` is the record, `port` where it listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), ImpostorHandler)
    server.asked, server.answer, server.daemon_threads, server.port = [], answer, True, server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def passed_on(asked, base_url):
    """Return the answer of the API at `base_url` to the same request."""
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    try:
        kept = {name: value for name, value in asked.headers.items() if name not in {"host", "connection"}}
        connection.request(asked.method, asked.path, asked.body or None, kept)
        told = connection.getresponse()
        dropped = {"content-length", "connection", "date", "server", "transfer-encoding"}
        headers = [(name, value) for name, value in told.getheaders() if name.lower() not in dropped]
        return told.status, headers, told.read()
    finally:
        connection.close()
