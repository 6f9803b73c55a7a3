"""The client handles any answer in bounded time and memory, and says why it stops."""

from __future__ import annotations

import gzip

import pytest
from hostile_server import hostile
from hostile_targets import TARGET, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_targets import policy_of

from appointment_conformance.errors import TargetLost
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.client import MAX_CONSECUTIVE_UNANSWERED, Client
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Recording
from appointment_conformance.traffic.response_limits import CONTENT_CAP

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HUGE = OK + b"Content-Length: 9999999999\r\n\r\n"
BOMB = gzip.compress(bytes(16 * 1024 * 1024)) * 64
ODD_CHUNK = b"1" + b";x=" + b"y" * 8000 + b"\r\na\r\n"
#: Answers of which nothing is an answer: name -> what the server does.
NO_ANSWER = {
    "endless headers": lambda line, _: (line.send(OK), line.flood(b"X-Header: value\r\n")),
    "endless header": lambda line, _: (line.send(OK + b"X-Header: "), line.flood(b"x" * 65536)),
    "many large headers": lambda line, _: line.send(OK + b"X-H: %s\r\n" % (b"x" * 60000) * 20 + b"\r\n"),
    "endless status line": lambda line, _: (line.send(b"HTTP/1.1 200 "), line.flood(b"x" * 65536)),
    "endless interim answers": lambda line, _: line.flood(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "other interim answers": lambda line, _: line.flood(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "head in drips": lambda line, _: line.drip(OK + b"X-Header: value\r\n" * 1000),
    "reset in the head": lambda line, _: (line.send(OK), line.reset()),
    "reset at once": lambda line, _: line.reset(),
    "no HTTP": lambda line, _: line.send(b"\x00\xff" * 100 + b"\r\n\r\n"),
    "no status": lambda line, _: line.send(b"HTTP/1.1 OK\r\n\r\n"),
}
#: Answers that never end: the status is known, and what came of them is cut.
UNENDING = {
    "gigabytes": lambda line, _: (line.send(HUGE), line.flood(b"x" * 65536)),
    "gigabytes in chunks": lambda line, _: (line.send(CHUNKED), line.flood(b"10000\r\n" + b"x" * 65536 + b"\r\n")),
    "chunks with long extensions": lambda line, _: (line.send(CHUNKED), line.flood(ODD_CHUNK)),
    "content in drips": lambda line, _: (line.send(HUGE), line.drip(b"x" * 1000)),
    "chunks in drips": lambda line, _: (line.send(CHUNKED), line.drip(b"1\r\nx\r\n" * 1000)),
    "silence after the head": lambda line, _: (line.send(HUGE), line.drip(b"x"), line._stopped.wait()),
}
#: Answers that are cut short or broken, but end.
BROKEN = {
    "reset in the content": lambda line, _: (line.send(HUGE + b"x" * 100), line.reset()),
    "chunk that breaks off": lambda line, _: line.send(CHUNKED + b"ff\r\nabc"),
    "chunk without a size": lambda line, _: line.send(CHUNKED + b"what\r\nabc\r\n0\r\n\r\n"),
    "endless chunk size": lambda line, _: (line.send(CHUNKED), line.flood(b"1" * 65536)),
    "content that is shorter": lambda line, _: line.send(OK + b"Content-Length: 10\r\n\r\nabc"),
}


def probe():
    """Return a cancel of a fixture."""
    return Probe("cancel/first", "cancel", "valid", "DELETE", "/appointments/apt_own0001")


@pytest.fixture
def sent():
    """Send a probe to a port, alone or together with none, and return what was seen; a second is all it may take."""
    opened = []

    def sending(port, way):
        client = Client(at(port), policy=policy_of(at(port)), run_id="run-1", recording=Recording())
        opened.append(client)
        return client.send(probe(), "one") if way == "alone" else client.send_together([probe()], "one")[0]

    yield sending
    for one in opened:
        one.close()


@pytest.mark.parametrize("way", ["alone", "together"])
@pytest.mark.parametrize("name", NO_ANSWER)
def test_what_is_no_answer_is_no_evidence(sent, name, way):
    """An answer without a usable head ends as an exchange without response that says why."""
    with hostile(NO_ANSWER[name]) as server:
        seen = sent(server.port, way)
    assert (seen.status, seen.judged) == (None, False)
    assert 0 < len(seen.exchange.error) < 200_000


@pytest.mark.parametrize("way", ["alone", "together"])
@pytest.mark.parametrize("name", UNENDING)
def test_what_never_ends_is_cut(sent, name, way):
    """An endless answer is cut, is marked as cut, and is not evidence."""
    with hostile(UNENDING[name]) as server:
        seen = sent(server.port, way)
    assert (seen.status, seen.truncated, seen.judged) == (200, True, False)
    assert len(seen.exchange.response.body) <= CONTENT_CAP
    assert "does not end" in seen.exchange.error or "larger than" in seen.exchange.error


@pytest.mark.parametrize("way", ["alone", "together"])
@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_off_is_kept_with_its_error(sent, name, way):
    """What arrived before an answer broke is kept, with the error in words."""
    with hostile(BROKEN[name]) as server:
        seen = sent(server.port, way)
    assert (seen.status, seen.truncated) == (200, False)
    assert seen.exchange.error


def test_a_bomb_is_not_unpacked(sent):
    """A megabyte that unpacks to one gigabyte is unpacked as far as the cap."""
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    with hostile(lambda line, _: line.send(head + BOMB)) as server:
        seen = sent(server.port, "alone")
    assert (seen.truncated, len(seen.exchange.response.body)) == (True, CONTENT_CAP)


def test_a_secret_across_the_cut_leaves_no_part(sent):
    """A token at the place where the content is cut is hidden completely."""
    at = CONTENT_CAP - len(TARGET.token) + 1
    content = b"x" * at + TARGET.token.encode() + b"x" * 100_000
    with hostile(lambda line, _: line.send(OK + b"Content-Length: %d\r\n\r\n" % len(content) + content)) as server:
        body = sent(server.port, "alone").exchange.response.body
    assert body.rstrip(b"x").startswith(b"${TOKEN}"[: CONTENT_CAP - at]) or b"${TOKEN"[:8] in body
    assert TARGET.token[:6].encode() not in body


def test_a_target_that_drips_is_given_up():
    """A target whose answers never end is lost after a few of them, so that no run waits for hundreds."""
    limits = Limits(timeout_seconds=0.1, connect_timeout_seconds=5)
    with hostile(UNENDING["content in drips"]) as server:
        client = Client(
            at(server.port, limits=limits),
            policy=policy_of(at(server.port, limits=limits)),
            run_id="run-1",
            recording=Recording(),
        )
        for _ in range(MAX_CONSECUTIVE_UNANSWERED - 1):
            client.send(probe(), "one")
        with pytest.raises(TargetLost, match="does not end"):
            client.send(probe(), "one")
        client.close()
    assert len(client.recording.exchanges) == MAX_CONSECUTIVE_UNANSWERED


HEADS = st.sampled_from([b"", b"HTTP/1.1 ", OK, CHUNKED, HUGE, b"HTTP/1.1 204 No\r\n\r\n", b"HTTP/1.0 404 \r\n\r\n"])
ENCODED = OK + b"Content-Encoding: %b\r\nConnection: close\r\n\r\n"
CODED = st.sampled_from([b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"x" * 100]).map(
    lambda name: ENCODED % name
)


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(head=HEADS | CODED, rest=st.binary(max_size=300))
def test_random_bytes_are_an_exchange(head, rest):
    """For any bytes, both ways of sending give an exchange with a response or a readable error."""
    with hostile(lambda line, _: line.send(head + rest)) as server:
        client = Client(at(server.port), policy=policy_of(at(server.port)), run_id="run-1", recording=Recording())
        seen = [client.send(probe(), "one"), *client.send_together([probe()], "one")]
        client.close()
    assert all(one.exchange.response is not None or one.exchange.error for one in seen)
