"""Interim answers (1xx) are not taken for the final answer."""

from __future__ import annotations

import pytest
from hostile_server import hostile
from hostile_targets import at
from own_targets import policy_of

from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Recording


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints\r\nLink: </a>"])
def test_an_interim_answer_is_passed_over(interim):
    """The answer is the one after the interim answers, both alone and together with others."""
    answer = b"HTTP/1.1 %b\r\n\r\n" % interim * 2 + b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}"
    probe = Probe("cancel/first", "cancel", "valid", "DELETE", "/appointments/apt_own0001")
    with hostile(lambda line, _: line.send(answer)) as server:
        client = Client(at(server.port), policy=policy_of(at(server.port)), run_id="run-1", recording=Recording())
        seen = [client.send(probe, "one"), *client.send_together([probe], "one")]
        client.close()
    assert [(one.status, one.exchange.response.body) for one in seen] == [(409, b"{}")] * 2
