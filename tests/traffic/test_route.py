"""A target is reached as its entry says: through its proxy, and with the authorities that it trusts."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from impostor_server import impostor
from own_targets import MKP, local, policy_of
from scripted_server import message, scripted
from tunnel_proxy import tunnels

from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.connection import connection_findings
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Recording

PROBE = Probe("read/before", "cancel", "read", "GET", "/appointments/apt_own0001")
PASSWORD = "Open/Sesame+7"
CREDENTIALS = b"authorization: basic " + base64.b64encode(f"user:{PASSWORD}".encode()).lower()


@pytest.fixture
def ask():
    """Send one probe to a target, on the session or on a raw connection, and return the recorded result."""
    opened = []

    def asking(target, way):
        opened.append(Client(target, policy=policy_of(target), run_id="run-1", recording=Recording()))
        return opened[-1].send(PROBE, "one") if way == "session" else opened[-1].send_together([PROBE], "one")[0]

    yield asking
    for one in opened:
        one.close()


def through(port):
    """Return the URL of a proxy that requires credentials."""
    return f"http://user:Open%2FSesame%2B7@127.0.0.1:{port}"


def secure(port, **changes):
    """Return a target that is served with TLS on a port of this machine."""
    return replace(MKP, base_url=f"https://localhost:{port}/v1", **changes)


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_a_plain_target_is_reached_through_its_proxy(ask, way):
    """The proxy gets the whole URL and its credentials, and its answer is the target's."""
    with scripted(message(200, b"{}")) as proxy:
        seen = ask(replace(MKP, base_url="http://api.example.com/v1", proxy=through(proxy.port)), way)
    assert seen.status == 200
    (asked,) = proxy.received
    assert asked.startswith(b"GET http://api.example.com/v1/appointments/apt_own0001 HTTP/1.1\r\n")
    assert b"\r\nhost: api.example.com\r\n" in asked.lower()
    assert b"\r\nproxy-" + CREDENTIALS in asked.lower()


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_a_secure_target_is_reached_through_a_tunnel(ask, way, self_signed):
    """The proxy gets only host and port, and the target does not get the proxy's credentials."""
    context, certificate = self_signed
    with scripted(message(200, b"{}"), tls=context) as server, tunnels() as proxy:
        seen = ask(secure(server.port, ca_file=certificate, proxy=through(proxy.port)), way)
    assert seen.status == 200
    (asked,), (received,) = proxy.asked, server.received
    assert asked.startswith(b"CONNECT localhost:%d HTTP/1." % server.port)
    assert b"\r\nproxy-" + CREDENTIALS in asked.lower()
    assert b"Bearer" not in asked
    assert received.startswith(b"GET /v1/appointments/apt_own0001 HTTP/1.1\r\n")
    assert b"proxy-" not in received.lower()


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_only_the_own_authority_vouches_for_a_private_certificate(ask, way, self_signed):
    """A certificate of a private authority is trusted with `ca_file`, and not without."""
    context, certificate = self_signed
    with scripted(message(200, b"{}"), tls=context) as server:
        strange, trusted = ask(secure(server.port), way), ask(secure(server.port, ca_file=certificate), way)
    assert (strange.status, trusted.status) == (None, 200)
    assert "certificate verify failed" in strange.exchange.error


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_a_proxy_that_is_not_there_is_no_answer(ask, way):
    """If nothing listens at the proxy's port, the probe is resent, as nothing was sent, and has no answer."""
    with scripted(message(200)) as gone:
        port = gone.port
    seen = ask(local(MKP, 9, proxy=through(port)), way)
    assert seen.status is None
    assert "refused" in seen.exchange.error.lower()


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_the_proxys_password_is_a_secret(ask, way):
    """If a proxy echoes its password, no record contains it."""
    with scripted(message(407, PASSWORD.encode(), [("X-Echo", PASSWORD)])) as proxy:
        seen = ask(replace(MKP, base_url="http://api.example.com/v1", proxy=through(proxy.port)), way)
    assert PASSWORD not in str(seen.exchange)
    assert "${PROXY_PASSWORD}" in str(seen.exchange)


def test_the_doctor_looks_at_the_proxy(self_signed):
    """The doctor checks the name and port of the proxy, and the certificate of the target behind it."""
    context, certificate = self_signed
    with scripted(message(200), tls=context) as server, tunnels() as proxy:
        found = list(connection_findings(secure(server.port, ca_file=certificate, proxy=through(proxy.port))))
    assert [one.check for one in found] == ["name", "connection", "tls"]
    assert str(proxy.port) in found[1].message
    assert PASSWORD not in str(found)


def test_a_proxy_that_is_not_there_is_named_by_its_key():
    """If the proxy does not answer, the finding says to check its key."""
    with scripted(message(200)) as gone:
        port = gone.port
    found = list(connection_findings(local(MKP, 9, proxy=through(port))))[-1]
    assert (found.grade, found.check) == ("fail", "connection")
    assert "check proxy" in found.message


def hangs_up(requests):
    """Return a proxy that reads a whole request and closes the connection."""
    return lambda asked: requests.append(asked.method)


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_what_a_proxy_may_have_passed_on_is_not_sent_again(way):
    """A cancel that a proxy received and did not answer may have worked, so it is not resent."""
    taken = []
    with impostor(hangs_up(taken)) as proxy:
        target = replace(MKP, base_url="http://api.example.com/v1", proxy=through(proxy.port))
        client = Client(target, policy=policy_of(target), run_id="run-1", recording=Recording())
        cancel = replace(PROBE, method="DELETE")
        seen = client.send(cancel, "one") if way == "session" else client.send_together([cancel], "one")[0]
        client.close()
    assert (seen.status, taken) == (None, ["DELETE"])


@pytest.mark.parametrize("way", ["session", "bare wire"])
def test_a_proxy_that_speaks_something_else_is_no_answer(ask, way):
    """Another kind of server at the proxy's port is an error of the exchange, and a finding of the doctor."""
    with scripted(b"SSH-2.0-Other\r\n") as proxy:
        target = secure(9, proxy=through(proxy.port))
        seen = ask(target, way)
        found = list(connection_findings(target))[-1]
    assert (seen.status, found.grade, found.check) == (None, "fail", "connection")


def test_a_plain_target_behind_a_proxy_of_this_machine_is_worth_a_word():
    """The doctor warns that the token is sent unencrypted behind the proxy, even if the proxy is local."""
    with scripted(message(200)) as proxy:
        found = list(connection_findings(replace(MKP, base_url="http://api.example.com/v1", proxy=through(proxy.port))))
    assert [(one.check, one.grade) for one in found][-1] == ("tls", "warn")
