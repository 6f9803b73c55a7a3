"""The session sends requests directly and unchanged: no redirects, no proxies, no way around the guard."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from own_targets import MKP, guard_of, local
from scripted_server import message, scripted

from appointment_conformance.errors import RequestRefused
from appointment_conformance.traffic.raw_connection import Timeouts
from appointment_conformance.traffic.requests_session import block_unguarded_requests, open_session, send_request
from appointment_conformance.traffic.route import Route
from appointment_reports import Request

TIMEOUTS = Timeouts(connect=5, answer=5)
OWN = "/appointments/apt_own0001"


@pytest.fixture
def connect():
    """Open a guarded session for a target; it is closed at the end."""
    opened = []

    def opening(target):
        opened.append(open_session(guard_of(target), {"Accept": "application/json"}, Route()))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def sent(connect, server, path=OWN, method="DELETE", **changes):
    """Send one request to a scripted server and return the answer."""
    target = local(MKP, server.port)
    return send_request(connect(target), Request(method, f"{target.base_url}{path}", **changes), TIMEOUTS)


def test_a_redirect_is_an_answer(connect):
    """A redirect is returned and not followed, even on the target itself."""
    with scripted(message(302, headers=[("Location", OWN)]), message(200, b"{}")) as server:
        assert sent(connect, server).response.status == 302
        assert len(server.received) == 1


def test_no_proxy_is_taken_from_the_environment(connect, monkeypatch):
    """A proxy in the environment is not used."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with scripted(message(200, b"{}")) as server:
        assert sent(connect, server).response.status == 200


def test_a_cookie_is_not_sent_back(connect):
    """A cookie of an answer is not sent with the next request: it could be a credential, and would not be recorded."""
    with scripted(message(200, b"{}", [("Set-Cookie", "session=1; Path=/")])) as server:
        target = local(MKP, server.port)
        connected = connect(target)
        for _ in range(2):
            send_request(connected, Request("DELETE", f"{target.base_url}{OWN}"), TIMEOUTS)
        assert len(server.received) == 2
        assert all(b"cookie" not in received.lower() for received in server.received)


def test_no_credentials_are_taken_from_the_environment(connect, monkeypatch, tmp_path):
    """A netrc file adds no credentials to a request that has none."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with scripted(message(401)) as server:
        sent(connect, server)
        assert b"authorization" not in server.received[0].lower()


def test_a_path_is_sent_as_it_stands(connect):
    """The escapes of a path are sent as they were written."""
    with scripted(message(404)) as server:
        sent(connect, server, f"{OWN}%25")
        assert server.received[0].startswith(b"DELETE /v1/appointments/apt_own0001%25 HTTP/1.1\r\n")


def test_an_empty_body_is_declared_as_empty(connect):
    """A request with an empty body declares a length of zero."""
    with scripted(message(422)) as server:
        sent(connect, server, body=b"")
        assert b"content-length: 0\r\n" in server.received[0].lower()


def test_the_guard_stands_before_every_session(connect):
    """A request that the guard refuses is not sent, whatever code sends it on the session."""
    with scripted(message(200)) as server:
        target = local(MKP, server.port)
        with pytest.raises(RequestRefused):
            connect(target).get(f"{target.base_url}/appointments/apt_foreign1")
        assert server.received == []


def test_sealed_refuses_every_other_session(connect):
    """Inside the block another session cannot send and the guarded one can; afterwards both can."""
    with scripted(message(200, b"{}")) as server:
        url = f"http://127.0.0.1:{server.port}/v1{OWN}"
        with block_unguarded_requests():
            with pytest.raises(RequestRefused):
                requests.get(url, timeout=5)
            assert server.received == []
            assert sent(connect, server).response.status == 200
        assert requests.get(url, timeout=5).status_code == 200


@pytest.mark.parametrize(
    "base_url", ["http://:8080/v1", "http://[::1/v1", "http://127.0.0.1:99999/v1", "http://a..b/v1"]
)
def test_an_address_that_is_none_is_an_answer_without_response(connect, base_url):
    """A base URL that cannot be reached by any request gives an error and raises no exception."""
    answer = send_request(connect(replace(MKP, base_url=base_url)), Request("DELETE", f"{base_url}{OWN}"), TIMEOUTS)
    assert answer.response is None
    assert answer.error
