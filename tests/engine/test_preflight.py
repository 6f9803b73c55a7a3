"""The preflight tells this API from everything else that may answer at its address."""

from __future__ import annotations

import socket

import pytest
from own_targets import MKP, OMNEO, local
from scripted_server import message, scripted

from appointment_conformance.target_run import run
from appointment_conformance.targets import Limits

pytestmark = pytest.mark.usefixtures("no_waits")

HTML = [("Content-Type", "text/html")]


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (message(401, b'{"message":"Unauthenticated."}'), "check the token"),
        (message(403), "answered 403"),
        (message(404, b"nothing here", HTML), "check base_url"),
        (message(302, headers=[("Location", "https://login.example.com/")]), "redirected (302)"),
        (message(200, b"<h1>Welcome</h1>", HTML), "answered 200 with text/html"),
        (message(502, b"<h1>Bad Gateway</h1>", HTML), "answered 502 with text/html"),
        (b"not HTTP\r\n\r\n", "no answer"),
    ],
    ids=["401", "403", "404", "302", "200", "502", "no HTTP"],
)
def test_what_is_not_this_api_is_not_testable(target, answer, part):
    """Whatever answers every request alike is not judged; the reason says what was seen and what to check."""
    with scripted(answer) as server:
        result, exchanges = run(local(target, server.port))
    assert result.verdict == "not-testable"
    assert part in result.reason
    assert result.requirements == ()
    assert len(exchanges) <= 10


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
def test_where_nobody_listens_is_not_testable(target):
    """A dead port is not judged, and the reason says that the connection was refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result, _ = run(local(target, port))
    assert (result.verdict, "refused" in result.reason) == ("not-testable", True)


def test_a_silent_port_is_not_testable():
    """A port that accepts and never answers is not judged."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        limits = Limits(timeout_seconds=0.05, connect_timeout_seconds=5)
        result, _ = run(local(MKP, listener.getsockname()[1], limits=limits))
    assert result.verdict == "not-testable"
