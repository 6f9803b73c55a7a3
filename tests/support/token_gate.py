"""A gate in front of a reference API with a token endpoint: it accepts what it has issued."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: Headers that say how a message is sent on one connection.
OF_THE_CONNECTION = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


class TokenGate(ThreadingHTTPServer):
    """Issues tokens at `/token`, each for `life` seconds, and passes the requests that carry one to the API."""

    def __init__(self, reference, life, answer):
        """Listen on a loopback port. `answer` makes the answer of the endpoint from a token and its lifetime."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.token, self.life = urlsplit(reference.base_url), reference.token, life
        self.answer = answer
        #: Token -> when it ends, and what each request for one has held.
        self.issued, self.forms, self.heads = {}, [], []

    @property
    def origin(self):
        """The address of the gate."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def base_url(self):
        """The base URL of the API behind the gate."""
        return f"{self.origin}{self.upstream.path}"

    def issue(self):
        """Return a new token."""
        token = f"Issued{len(self.issued):04d}-9hT3kQ7w"
        self.issued[token] = time.monotonic() + self.life
        return token

    def exchanged(self, value):
        """Return credentials with the token of the API in place of one that was issued and has not ended."""
        token = value.removeprefix("Bearer ")
        return f"Bearer {self.token}" if self.issued.get(token, 0) > time.monotonic() else value


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one_request(self):
        """Answer one request, whatever its method."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._issue(body) if self.path == "/token" else self._pass_on(body)

    def _issue(self, body):
        gate = self.server
        gate.forms.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
        gate.heads.append({name.lower(): value for name, value in self.headers.items()})
        status, document = gate.answer(gate)
        self._write(status, [("Content-Type", "application/json")], json.dumps(document).encode())

    def _pass_on(self, body):
        gate = self.server
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_THE_CONNECTION}
        if "Authorization" in headers:
            headers["Authorization"] = gate.exchanged(headers["Authorization"])
        upstream = http.client.HTTPConnection(gate.upstream.hostname, gate.upstream.port, timeout=30)
        upstream.request(self.command, self.path, body=body or None, headers=headers)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in OF_THE_CONNECTION]
        self._write(answer.status, kept, content)

    def _write(self, status, headers, content):
        self.send_response_only(status)
        for name, value in (*headers, ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


def with_end(gate):
    """Answer with a token, and with the seconds until it ends."""
    return 200, {"access_token": gate.issue(), "token_type": "Bearer", "expires_in": gate.life}


def without_end(gate):
    """Answer with a token, and say nothing of its end."""
    return 200, {"access_token": gate.issue(), "token_type": "bearer"}


@contextmanager
def token_gate(reference, *, life=60.0, answer=with_end):
    """Serve a gate before a reference API until the context ends."""
    gate = TokenGate(reference, life, answer)
    gate.daemon_threads = True
    thread = threading.Thread(target=gate.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.shutdown()
        gate.server_close()
        thread.join()
