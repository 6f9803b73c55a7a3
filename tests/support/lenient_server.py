"""The worst case of a server: it holds thousands of records and reads every id as leniently as any server might."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

STRANGERS = frozenset({*(str(number) for number in range(1, 5000)), *(f"apt_{number}" for number in range(5000))})


#: The ids that the targets of the tests call absent.
ABSENT = frozenset({"987654321", "apt_none0001"})


class LenientHandler(BaseHTTPRequestHandler):
    """Obeys whatever it is asked, and notes (method, raw id segment, path, body) in the server's `asked`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _obey(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        segment = re.search(r"/appointments/([^/]+)", self.path)
        self.server.asked.append((self.command, segment[1] if segment else "", self.path, body))
        status, answer = self._answer(unquote(segment[1]) if segment else "")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _answer(self, appointment):
        # The three answers of a preflight differ, so that the run goes on.
        if self.command == "GET" and appointment in ABSENT:
            return 404, b'{"message": "no such appointment"}'
        if "Authorization" not in self.headers:
            return 401, b'{"message": "who?"}'
        if self.command == "DELETE":
            return 200, json.dumps({"id": appointment, "status": "canceled"}).encode()
        return 200, json.dumps({"data": {"id": 900001, "links": []}}).encode()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _obey  # noqa: N815 - the names that http.server looks for

    def log_message(self, *args):
        """Write no log."""


@contextmanager
def lenient():
    """Serve from a thread while the context is open; the server's `asked` is the record."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), LenientHandler)
    server.asked, server.daemon_threads = [], True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def readings(value):
    """Return every id that a lenient server might read from a path segment or a body's `id`."""
    if isinstance(value, bool):
        return {str(int(value))}
    if isinstance(value, float):
        return {str(int(value))} if abs(value) < 2**63 else set()
    if isinstance(value, list):
        return set().union(*map(readings, value)) if value else set()
    if not isinstance(value, (int, str)):
        return set()
    text = unquote(unquote(str(value))).split("\0")[0].strip()
    number = re.match(r"[+-]?0*(\d+)", text)
    cast = {number[1], str(int(number[1]) % 2**64), str(int(number[1]) % 2**32)} if number else set()
    fraction = re.match(r"(\d{1,15})\.(\d)", text)
    rounded = {str(int(fraction[1]) + (fraction[2] >= "5"))} if fraction else set()
    digits = "" if "_" in text else re.sub(r"\D", "", text, flags=re.ASCII).lstrip("0")
    return {text, text.lower(), text.split("\n")[0], digits, *cast, *rounded}
