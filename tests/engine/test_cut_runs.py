"""A run that is cut by an interrupt accuses nobody who conforms, wherever the interrupt comes."""

from __future__ import annotations

import itertools
import signal
import socket
import sys
import threading

import pytest

from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.rate_limits import RateLimiter
from appointment_conformance.traffic.raw_connection import Timeouts, send_together
from appointment_conformance.traffic.route import Route
from appointment_reports import Request

MKP, OMNEO = "reference-mijnklantportaal", "reference-omneo"


def judged(target, interrupts):
    """Play until an interrupt comes, and judge what was played; return the results."""
    conductor = conductor_of(target)
    interrupts()
    try:
        with pytest.raises(KeyboardInterrupt):
            conductor.play()
        conductor.interrupt()
        sent = conductor.result().requests
        result = conductor.finish()
        assert result.requests == sent, "what was judged was sent for"
        return result.requirements
    finally:
        conductor.close()


def interrupted_at(monkeypatch, turn):
    """Let the interrupt come in place of attempt number `turn`."""
    attempts, original = itertools.count(1), Client._attempt

    def attempt(client, *arguments):
        if next(attempts) == turn:
            raise KeyboardInterrupt
        return original(client, *arguments)

    monkeypatch.setattr(Client, "_attempt", attempt)


@pytest.mark.parametrize(
    ("name", "variants", "turn"),
    [
        *((MKP, [], turn) for turn in range(3, 48, 11)),
        *((OMNEO, [], turn) for turn in (3, 25, 80, 160, 200)),
        *((MKP, ["reads-lag"], turn) for turn in (9, 30)),
    ],
)
def test_a_cut_run_accuses_nobody(monkeypatch, name, variants, turn):
    """Whatever was played by then, no requirement fails; nothing is sent for judging it."""
    with reference_target(name, variants=variants) as target:
        results = judged(target, lambda: interrupted_at(monkeypatch, turn))
    assert [one.id for one in results if one.verdict not in {"passed", "untested"}] == []
    assert any("the run was interrupted" in one.reason for one in results)


def test_a_read_that_was_to_be_sent_again_is_no_evidence(monkeypatch):
    """Where the interrupt comes while a read that lags is waited for, what it has shown is held against nobody."""

    def rest(*_):
        raise KeyboardInterrupt

    with reference_target(MKP, variants=["reads-lag"]) as target:
        results = judged(target, lambda: monkeypatch.setattr(RateLimiter, "wait", rest))
    assert [one.id for one in results if one.verdict not in {"passed", "untested"}] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent to a thread")
def test_an_interrupt_ends_the_wait_for_answers_that_do_not_come():
    """Requests that were sent together and are not answered are let go of at once, not when their time is over."""
    main, ended = threading.main_thread().ident, threading.Event()

    def serve(listener):
        with listener.accept()[0] as first, listener.accept()[0] as second:
            for line in (first, second):
                line.settimeout(20)
                request = b""
                while not request.endswith(b"\r\n\r\n"):
                    request += line.recv(65536)
            signal.pthread_kill(main, signal.SIGINT)
            assert (first.recv(1), second.recv(1)) == (b"", b"")
            ended.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,), daemon=True)
        server.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1/appointments/apt_own0001"
        with pytest.raises(KeyboardInterrupt):
            send_together([Request("DELETE", url)] * 2, Route(), Timeouts(connect=5, answer=60))
        assert ended.wait(30)
        server.join(30)
