"""How a server handles connections does not affect the verdict, and no request arrives twice because of it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from contextlib import contextmanager

import pytest
from own_targets import MKP, local, policy_of
from scripted_server import message, scripted

from appointment_conformance.targets import Limits
from appointment_conformance.traffic.case import Case
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.rate_limits import RateLimiter
from appointment_conformance.traffic.recording import Recording
from appointment_conformance.traffic.response_limits import CONTENT_CAP

PATH = "/appointments/apt_own0001"
CANCEL = Probe("cancel/first", "cancel", "valid", "DELETE", PATH)
NEAR_MISS = Probe("cancel/path/star", "cancel", "path", "DELETE", PATH + "*", case=Case("path", "wildcard-star"))
READ = Probe("read/first", "cancel", "read", "GET", PATH)


class KeepingServer:
    """A server that keeps connections open and answers by the number of the request on its connection."""

    def __init__(self, answers):
        """Listen at once; `received` holds (number of the connection, request line) of every request."""
        self._answers, self.received = answers, []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._opened = []

    def serve(self):
        """Serve each connection in its own thread."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._opened.append(connection)
                number = len(self._opened)
                threading.Thread(target=self._serve_one, args=(connection, number), daemon=True).start()

    def stop(self):
        """Close everything."""
        self._listener.shutdown(socket.SHUT_RDWR)
        for one in (self._listener, *self._opened):
            one.close()

    def _serve_one(self, connection, number):
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as stream:
            for place, answer in enumerate(self._answers, start=1):
                line = stream.readline()
                while line and stream.readline() not in {b"\r\n", b""}:
                    pass
                if not line:
                    return
                self.received.append((number, place, line.split()[0].decode()))
                if answer is None:
                    return
                connection.sendall(answer)
            # Stays open until the client closes it.
            stream.read()


@contextmanager
def keeping(*answers):
    """Serve inside the block."""
    server = KeepingServer(answers)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@pytest.fixture
def connect():
    """Open a client that does not wait; it is closed at the end."""
    opened = []

    def opening(port, **changes):
        opened.append(
            Client(
                local(MKP, port, **changes),
                policy=policy_of(local(MKP, port, **changes)),
                run_id="run-1",
                recording=Recording(),
            )
        )
        opened[-1].rate_limiter = RateLimiter(Limits(), sleep=lambda _: None)
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def kept(status, body=b"{}"):
    """Return an answer after which the connection stays open."""
    return b"HTTP/1.1 %d Told\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


def test_what_may_change_something_never_uses_an_old_connection(connect):
    """A cancel is sent on a new connection, although the connection of the read before it is still open."""
    with keeping(kept(200), kept(200)) as server:
        client = connect(server.port)
        client.send(READ, "one")
        client.send(CANCEL, "one")
        client.send(READ, "one")
    assert [(number, method) for number, _, method in server.received] == [(1, "GET"), (2, "DELETE"), (2, "GET")]


@pytest.mark.parametrize("probe", [READ, NEAR_MISS], ids=lambda probe: probe.kind)
def test_a_used_connection_that_ends_is_replaced(connect, probe):
    """A probe that changes nothing is resent on a new connection if the old one closed before any byte of an answer."""
    with keeping(kept(404), None) as server:
        client = connect(server.port)
        assert [client.send(probe, "one").status for _ in range(2)] == [404, 404]
    assert [(number, place) for number, place, _ in server.received] == [(1, 1), (1, 2), (2, 1)]
    assert [seen.status for seen in client.recording.seen] == [404, 404]


@pytest.mark.parametrize("probe", [READ, NEAR_MISS], ids=lambda probe: probe.kind)
def test_a_408_for_nobody_is_no_answer(connect, probe):
    """A 408 says that no complete request arrived: the request is resent, and the new answer counts."""
    with keeping(kept(200), kept(408, b"")) as server:
        client = connect(server.port)
        client.send(READ, "one")
        assert client.send(probe, "one").status == 200
    assert [seen.status for seen in client.recording.seen] == [200, 200]


def test_an_answer_that_is_complete_is_not_waited_for(connect):
    """If the server keeps a connection open although it was asked to close it, the answer still counts."""
    with keeping(kept(200, b'{"id":1}')) as server:
        client = connect(server.port, limits=Limits(timeout_seconds=60))
        first, second = client.send_together([CANCEL, CANCEL], "race")
    assert (first.status, second.status) == (200, 200)
    assert first.exchange.duration_seconds < 30


def test_one_answer_that_does_not_end_takes_no_time_from_the_other(connect):
    """Each of two requests at the same instant has the whole timeout for its answer."""
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    with scripted(endless, message(409, b"{}")) as server:
        client = connect(server.port, limits=Limits(timeout_seconds=0.5))
        answered = {seen.status for seen in client.send_together([CANCEL, CANCEL], "race")}
    assert 409 in answered or answered == {200}


def test_a_large_answer_is_an_answer(connect):
    """An error page of a server in debug mode is judged like any other answer."""
    trace = [{"file": "/app/vendor/pipeline.php", "line": number} for number in range(12000)]
    body = json.dumps({"message": "No.", "trace": trace}).encode()
    assert 256 * 1024 < len(body) < CONTENT_CAP
    with scripted(message(404, body)) as server:
        seen = connect(server.port).send(NEAR_MISS, "one")
    assert (seen.judged, seen.exchange.response.body) == (True, body)


@pytest.mark.parametrize("way", ["send", "send_together"])
def test_the_codings_that_are_accepted_are_said_outright(connect, way):
    """Every request accepts the same codings in both ways of sending, whatever libraries this machine has."""
    with scripted(message(200, b"{}")) as server:
        client = connect(server.port)
        client.send(READ, "one") if way == "send" else client.send_together([READ], "one")
    assert server.received[0].lower().count(b"accept-encoding: gzip, deflate\r\n") == 1
    assert server.received[0].lower().count(b"accept-encoding") == 1
