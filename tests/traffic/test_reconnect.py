"""A probe without an answer is resent only if it cannot act twice."""

from __future__ import annotations

import socket

import pytest
from impostor_server import JSON, impostor, page
from own_targets import MKP, OMNEO, local, policy_of

from appointment_conformance.errors import TargetLost
from appointment_conformance.targets import Limits
from appointment_conformance.traffic.client import MAX_ATTEMPTS, MAX_CONSECUTIVE_UNAVAILABLE, RECONNECTS, Client
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.rate_limits import RateLimiter
from appointment_conformance.traffic.recording import Recording

PATH = "/appointments/apt_own0001"
CANCEL = Probe("cancel/first", "cancel", "valid", "DELETE", PATH)
READ = Probe("read/before", "cancel", "read", "GET", PATH)
LINK = Probe("link/first", "link", "valid", "POST", "/v3/appointments/900001/link", body=b"{}")


@pytest.fixture
def connect():
    """Open a client that does not wait; it is closed at the end."""
    opened = []

    def opening(target):
        opened.append(Client(target, policy=policy_of(target), run_id="run-1", recording=Recording()))
        opened[-1].rate_limiter = RateLimiter(Limits(), sleep=lambda _: None)
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def hang_up(_):
    """Answer nothing and close the connection."""


def dead_port():
    """Return a port on which no process listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_a_read_without_an_answer_is_sent_again(connect):
    """A read changes nothing, so it is resent; the new answer counts."""
    answers = iter([None, page(200, b"{}", JSON)])
    with impostor(lambda _: next(answers)) as server:
        client = connect(local(MKP, server.port))
        assert client.send(READ, "one").status == 200
        assert [asked.method for asked in server.asked] == ["GET", "GET"]
    assert len(client.recording.seen) == 1


@pytest.mark.parametrize(("target", "probe"), [(MKP, CANCEL), (OMNEO, LINK)], ids=["cancel", "link"])
@pytest.mark.parametrize("way", ["send", "send_together"])
def test_what_may_have_been_done_is_not_sent_again(connect, target, probe, way):
    """A cancel or link that arrived and got no answer may have worked, so it is never resent."""
    with impostor(hang_up) as server:
        client = connect(local(target, server.port))
        client.send(probe, "one") if way == "send" else client.send_together([probe], "one")
        assert len(server.asked) == 1


@pytest.mark.parametrize("way", ["send", "send_together"])
def test_what_never_left_is_sent_again(connect, way):
    """If the connection was refused nothing can have happened: a cancel is resent too, a limited number of times."""
    client = connect(local(MKP, dead_port()))
    seen = client.send(CANCEL, "one") if way == "send" else client.send_together([CANCEL], "one")[0]
    assert seen.status is None
    assert len(client.recording.exchanges) == 1 + RECONNECTS
    assert len(client.recording.seen) == 1


def test_a_target_that_only_asks_for_patience_is_lost(connect):
    """After some consecutive probes with only 429 the run gives up, and then each probe is sent once."""
    with impostor(lambda _: page(429, Retry_After="0")) as server:
        client = connect(local(MKP, server.port))
        for _ in range(MAX_CONSECUTIVE_UNAVAILABLE - 1):
            client.send(READ, "one")
        with pytest.raises(TargetLost, match="429"):
            client.send(READ, "one")
        with pytest.raises(TargetLost, match="429"):
            client.send(READ, "two")
        assert len(server.asked) == MAX_CONSECUTIVE_UNAVAILABLE * MAX_ATTEMPTS + 1
