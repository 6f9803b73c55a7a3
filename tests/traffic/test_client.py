"""The client sends probes as they are, resends when asked to, and records everything except secrets."""

from __future__ import annotations

import gzip
import socket
from dataclasses import replace

import pytest
from own_targets import MKP, OMNEO, local, policy_of
from scripted_server import message, scripted

from appointment_conformance.errors import BudgetSpent, RequestRefused, TargetLost
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.client import MAX_ATTEMPTS, MAX_CONSECUTIVE_UNANSWERED, RECONNECTS, Client
from appointment_conformance.traffic.probe import Probe, bearer
from appointment_conformance.traffic.rate_limits import RateLimiter
from appointment_conformance.traffic.recording import Recording
from appointment_conformance.traffic.response_limits import CONTENT_CAP

PATH = "/appointments/apt_own0001"


@pytest.fixture
def connect():
    """Open a client for a target; it is closed at the end."""
    opened = []

    def opening(target):
        opened.append(Client(target, policy=policy_of(target), run_id="run-1", recording=Recording()))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def probe(path=PATH, **changes):
    """Return a cancel with the target's own token."""
    plain = Probe("cancel/first", "cancel", "valid", "DELETE", path, (("Authorization", f"Bearer {MKP.token}"),))
    return replace(plain, **changes)


def test_a_request_says_who_sends_it(connect):
    """Every request has Accept, the suite's name with its run, and the probe's own headers, in both ways of sending."""
    with scripted(message(200, b"{}")) as server:
        client = connect(local(MKP, server.port))
        client.send(probe(), "life cycle")
        client.send_together([probe()], "life cycle")
        assert len(server.received) == 2
        for received in server.received:
            assert b"\r\nAccept: application/json\r\n" in received
            assert b"\r\nUser-Agent: appointment-conformance/" in received
            assert b"\r\nX-Conformance-Run: run-1\r\n" in received
            assert f"\r\nAuthorization: Bearer {MKP.token}\r\n".encode() in received


def test_every_exchange_is_recorded_in_order(connect):
    """Requests and answers are recorded with number, scenario, probe and operation."""
    with scripted(message(200, b'{"id":1}'), message(409, b"{}")) as server:
        client = connect(local(MKP, server.port))
        first, second = client.send(probe(), "one"), client.send(probe(name="cancel/again"), "two")
    assert client.recording.seen == (first, second)
    assert [seen.exchange.number for seen in client.recording.seen] == [1, 2]
    assert (second.exchange.scenario, second.exchange.probe, second.status) == ("two", "cancel/again", 409)
    assert first.exchange.response.body == b'{"id":1}'


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_asks_for_patience_is_asked_again(connect, monkeypatch, status):
    """After 429 or 503 the client waits as Retry-After says and resends; only the last answer is evidence."""
    slept = []
    with scripted(message(status, headers=[("Retry-After", "7")]), message(200, b"{}")) as server:
        client = connect(local(MKP, server.port))
        monkeypatch.setattr(client, "rate_limiter", RateLimiter(Limits(), sleep=slept.append))
        assert client.send(probe(), "one").status == 200
    assert slept == [7.0]
    assert [seen.status for seen in client.recording.seen] == [200]
    assert [made.response.status for made in client.recording.exchanges] == [status, 200]


def test_patience_ends(connect, monkeypatch):
    """A target that always answers 429 or 503 gets a limited number of requests."""
    with scripted(message(429)) as server:
        client = connect(local(MKP, server.port))
        monkeypatch.setattr(client, "rate_limiter", RateLimiter(Limits(), sleep=lambda _: None))
        assert not client.send(probe(), "one").judged
        assert len(server.received) == MAX_ATTEMPTS


def test_a_pair_is_evidence_as_a_whole(connect, monkeypatch):
    """If one of two answers is 429 or 503, both are recorded and neither is evidence."""
    with scripted(message(200), message(429)) as server:
        client = connect(local(MKP, server.port))
        monkeypatch.setattr(client, "rate_limiter", RateLimiter(Limits(), sleep=lambda _: None))
        client.send_together([probe(), probe()], "race")
    assert client.recording.seen == ()
    assert [made.response.status for made in client.recording.exchanges] == [200, 429]


def forms(token):
    """Return an answer that contains a token in its reason, its headers and its body."""
    body = f'{{"message":"no {token}","again":"{token.replace("/", chr(92) + "/")}"}}'
    return message(403, body.encode(), [("X-Echo", f"Bearer {token}"), (f"X-{MKP.forbidden_token}", "1")])


@pytest.mark.parametrize("send", ["alone", "together"])
def test_no_token_is_recorded(connect, send):
    """Tokens are replaced by their names in recorded headers, bodies, reasons and addresses."""
    # One with a number in it would not be sent in a body: a lenient server could take that for somebody's id.
    target = replace(OMNEO, token="Own/Token+withoutnumbers")
    link = Probe("link/first", "link", "near-miss", "POST", "/v3/appointments/900001/link")
    with scripted(forms(target.token)) as server:
        client = connect(local(target, server.port))
        asked = replace(link, headers=bearer(target.token), body=f'{{"token":"{target.token}"}}'.encode())
        seen = client.send(asked, "one") if send == "alone" else client.send_together([asked], "one")[0]
        assert target.token.encode() in server.received[0]
    recorded = repr(seen.exchange)
    assert target.token not in recorded
    assert MKP.forbidden_token not in recorded
    assert ("Authorization", "Bearer ${TOKEN}") in seen.exchange.request.headers
    assert ("X-Echo", "Bearer ${TOKEN}") in seen.exchange.response.headers


def test_the_forbidden_and_the_altered_token_are_not_recorded(connect):
    """The token without permission and the token in altered case are secrets too."""
    altered = MKP.token.swapcase()
    with scripted(message(401, f"{altered} {MKP.forbidden_token}".encode())) as server:
        seen = connect(local(MKP, server.port)).send(probe(headers=(("Authorization", f"Bearer {altered}"),)), "one")
    assert altered not in repr(seen.exchange)
    assert seen.exchange.response.body == b"${ALTERED_TOKEN} ${FORBIDDEN_TOKEN}"


def test_a_token_in_an_address_is_not_recorded(connect):
    """A base URL that contains a secret is recorded with the name of the secret."""
    with scripted(message(200, b"{}")) as server:
        target = replace(MKP, token="tokenwithoutslash")
        target = replace(target, base_url=f"http://127.0.0.1:{server.port}/{target.token}/v1")
        seen = connect(target).send(probe(), "one")
        assert target.token.encode() in server.received[0]
    assert seen.exchange.request.url == f"http://127.0.0.1:{server.port}/${{TOKEN}}/v1{PATH}"


def test_a_token_in_compressed_content_is_not_recorded(connect):
    """Content is decoded before it is searched for secrets."""
    packed = gzip.compress(MKP.token.encode())
    with scripted(message(200, packed, [("Content-Encoding", "gzip")])) as server:
        seen = connect(local(MKP, server.port)).send(probe(), "one")
    assert seen.exchange.response.body == b"${TOKEN}"
    assert seen.exchange.response.wire_length == len(packed)


def test_content_is_capped(connect):
    """Content beyond the limit is cut, and the record says so."""
    with scripted(message(200, b"x" * (CONTENT_CAP + 70000))) as server:
        response = connect(local(MKP, server.port)).send(probe(), "one").exchange.response
    assert len(response.body) == CONTENT_CAP
    assert response.truncated


def test_content_that_unpacks_without_end_is_capped(connect):
    """A small answer that decodes to very large content is cut like any other."""
    packed = gzip.compress(b"x" * (4 * CONTENT_CAP))
    with scripted(message(200, packed, [("Content-Encoding", "gzip")])) as server:
        response = connect(local(MKP, server.port)).send(probe(), "one").exchange.response
    assert len(response.body) == CONTENT_CAP
    assert response.truncated


def unused_port():
    """Return a loopback port on which no process listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("send", ["alone", "together"])
def test_a_refused_connection_is_an_exchange_without_response(connect, send):
    """If no process listens, the exchange has an error and no response."""
    client = connect(local(MKP, unused_port()))
    seen = client.send(probe(), "one") if send == "alone" else client.send_together([probe()], "one")[0]
    assert seen.exchange.response is None
    assert "refused" in seen.exchange.error
    assert not seen.judged


@pytest.mark.parametrize("send", ["alone", "together"])
def test_a_silent_target_is_an_exchange_without_response(connect, send):
    """If a target accepts a connection and sends nothing, the client gives up after the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = connect(local(MKP, port, limits=Limits(timeout_seconds=0.05, connect_timeout_seconds=5)))
        seen = client.send(probe(), "one") if send == "alone" else client.send_together([probe()], "one")[0]
    assert seen.exchange.response is None
    assert seen.exchange.error


def test_a_target_that_stays_silent_is_lost(connect):
    """After several consecutive probes without an answer the run gives up, and every exchange is recorded."""
    client = connect(local(MKP, unused_port()))
    client.rate_limiter = RateLimiter(Limits(), sleep=lambda _: None)
    for _ in range(MAX_CONSECUTIVE_UNANSWERED - 1):
        client.send(probe(), "one")
    with pytest.raises(TargetLost, match="stopped answering"):
        client.send(probe(), "one")
    assert len(client.recording.exchanges) == MAX_CONSECUTIVE_UNANSWERED * (1 + RECONNECTS)


@pytest.mark.parametrize("send", ["send", "send_together"])
def test_a_request_for_a_foreign_record_never_leaves(connect, send):
    """The guard checks both ways of sending; a refused request is neither sent nor recorded."""
    with scripted(message(200)) as server:
        client = connect(local(MKP, server.port))
        foreign = probe(path="/appointments/apt_foreign1")
        with pytest.raises(RequestRefused):
            getattr(client, send)(foreign if send == "send" else [probe(), foreign], "one")
        assert server.received == []


def test_the_budget_is_kept(connect):
    """A request beyond the budget is not sent."""
    with scripted(message(204)) as server:
        client = connect(local(OMNEO, server.port, limits=Limits(max_requests=1)))
        read = Probe("read", "link", "read", "GET", "/v3/appointments/900001")
        client.send(read, "one")
        with pytest.raises(BudgetSpent, match="1 requests"):
            client.send(read, "one")
        assert len(server.received) == 1
