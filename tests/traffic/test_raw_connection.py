"""The raw connection reads every byte of an answer: also stray bytes, missing ones, and no bytes at all."""

from __future__ import annotations

import pytest
from scripted_server import message, scripted

from appointment_conformance.traffic.raw_connection import Timeouts, send_together
from appointment_conformance.traffic.route import Route
from appointment_reports import Request

TIMEOUTS = Timeouts(connect=5, answer=5)


def send_and_receive(*answers, count=1, body=None):
    """Send `count` requests at once to a server with these answers; return what came back and what was received."""
    with scripted(*answers) as server:
        url = f"http://127.0.0.1:{server.port}/v1/appointments/apt_own0001"
        returned = send_together([Request("DELETE", url, (("X-Number", "1"),), body)] * count, Route(), TIMEOUTS)
    return returned, server.received


def test_a_plain_answer_arrives_whole():
    """Status, reason, headers, content and its length are recorded as they were sent."""
    ((answer,), _) = send_and_receive(message(200, b'{"id":1}', [("Content-Type", "application/json")]))
    response = answer.response
    assert (response.status, response.reason, response.body) == (200, "Told", b'{"id":1}')
    assert ("Content-Type", "application/json") in response.headers
    assert (response.wire_length, response.stray, answer.error) == (8, b"", None)


def test_a_body_is_sent_whole():
    """A request arrives completely, including the last byte, which is sent later."""
    (_, (received,)) = send_and_receive(message(204), body=b'{"type":"list"}')
    assert received.startswith(b"DELETE /v1/appointments/apt_own0001 HTTP/1.1\r\nHost: 127.0.0.1")
    assert b"X-Number: 1\r\n" in received
    assert received.endswith(b'\r\n\r\n{"type":"list"}')


def test_several_are_answered_in_order():
    """The answers are returned in the order of the requests."""
    (answers, received) = send_and_receive(message(200, b"a"), message(409, b"b"), count=2)
    assert [answer.response.status for answer in answers] == [200, 409]
    assert len(received) == 2


@pytest.mark.parametrize("length", [0, 2])
def test_bytes_after_a_204_are_seen(length):
    """Content after a 204 is recorded as stray, whatever its declared length."""
    ((answer,), _) = send_and_receive(message(204, b"{}", length=length))
    assert (answer.response.status, answer.response.body, answer.response.stray) == (204, b"", b"{}")


def test_a_204_without_content_has_no_stray_byte():
    """A correct 204 has neither content nor stray bytes."""
    ((answer,), _) = send_and_receive(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    assert (answer.response.body, answer.response.stray, answer.error) == (b"", b"", None)


def test_content_shorter_than_declared_is_an_answer_with_an_error():
    """The part that arrived before the connection broke is recorded, with the error."""
    ((answer,), _) = send_and_receive(message(200, b"{}", length=10))
    assert (answer.response.body, answer.response.wire_length) == (b"{}", 2)
    assert answer.error


def test_content_longer_than_declared_is_stray():
    """Bytes beyond the declared length are recorded apart from the content."""
    ((answer,), _) = send_and_receive(message(200, b"{}rest", length=2))
    assert (answer.response.body, answer.response.stray) == (b"{}", b"rest")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 2", b"SSH-2.0-OpenSSH\r\n", b"\x15\x03\x01\x00\x02\x02\x28\r\n\r\n"]
)
def test_what_is_no_http_is_an_error(answer):
    """A closed connection and bytes of another protocol give an error and no response."""
    ((returned,), _) = send_and_receive(answer)
    assert returned.response is None
    assert returned.error


def test_an_interim_answer_is_passed_over():
    """An informational response is not taken for the final one."""
    ((answer,), _) = send_and_receive(b"HTTP/1.1 103 Early Hints\r\n\r\n" + message(200, b"{}"))
    assert answer.response.status == 200


def test_chunked_content_is_put_together():
    """Chunked content is joined."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    ((answer,), _) = send_and_receive(head + b'2\r\n{"\r\n4\r\na":1\r\n1\r\n}\r\n0\r\n\r\n')
    assert answer.response.body == b'{"a":1}'
