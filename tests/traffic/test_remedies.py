"""If nothing answers as the API, the reason quotes the answer and names the one remedy that fits."""

from __future__ import annotations

import pytest
from impostor_server import JSON, impostor, page
from own_targets import MKP, OMNEO, local

from appointment_conformance.target_run import run
from appointment_conformance.traffic.raw_connection import ENDED_EARLY, describe_unreadable
from appointment_conformance.traffic.remedies import connection_remedy

pytestmark = pytest.mark.usefixtures("no_waits")

GATES = {
    "Basic": (page(401, b"<h1>Staging</h1>", WWW_Authenticate='Basic realm="staging"'), "wants Basic credentials"),
    "certificate": (page(400, b"<center>No required SSL certificate was sent</center>"), "a certificate of the client"),
    "plain HTTP": (page(400, b"<p>The plain HTTP request was sent to HTTPS port</p>"), "begin base_url with https://"),
    "a key": (page(401, b'{"message":"No API key found in request"}', JSON), "wants a key: name it in headers"),
    "tenant": (page(404, b'{"message":"Tenant not found."}', JSON), '"Tenant not found."'),
    "maintenance": (page(503, b"<title>Back soon</title>", Retry_After="0"), '"Back soon"'),
    "firewall": (page(403, b"<title>Access denied</title>"), '"Access denied"'),
    "odd page": (page(418, b"<p>I do not know you.</p>"), '"I do not know you."'),
}


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_is_quoted(target, gate):
    """The reason has the first readable line or a remedy; none of these blames the token."""
    answer, part = GATES[gate]
    with impostor(lambda _: answer) as server:
        result, _ = run(local(target, server.port))
    assert (result.verdict, part in result.reason) == ("not-testable", True), result.reason
    assert "check the token" not in result.reason


@pytest.mark.parametrize(
    ("error", "environ", "remedy"),
    [
        ("SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number", {}, "http://"),
        ("SSLError: tlsv13 alert certificate required", {}, "certificate of the client"),
        ("SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer certificate", {}, "ca_file"),
        ("the server answers with frames of HTTP/2", {}, "HTTP/1.1"),
        ("ConnectionRefusedError: Connection refused", {"HTTPS_PROXY": "http://proxy.example.com"}, "`proxy`"),
        ("ConnectionRefusedError: Connection refused", {}, ""),
    ],
)
def test_how_a_connection_failed_tells_what_helps(error, environ, remedy):
    """Each kind of failure has its own remedy; if nothing points to a cause there is none."""
    said = connection_remedy(error, MKP, environ)
    assert remedy in said
    assert bool(said) is bool(remedy)


@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "the server answers with frames of HTTP/2"),
        (b"\x00\x00\x08\x07\x00\x00\x00\x00\x00", "the server answers with frames of HTTP/2"),
        (b"", ENDED_EARLY),
        (b"SSH-2.0-OpenSSH", "the answer is not HTTP/1.1: b'SSH-2.0-OpenSSH'"),
    ],
)
def test_bytes_that_are_no_answer_are_told_in_words(received, sentence):
    """Frames of HTTP/2 are recognised, and bytes of another protocol are not called an answer."""
    assert describe_unreadable(received) == sentence


WORDS = {
    "of a record": page(404, b'{"message":"The appointment is not valid for this customer."}', JSON),
    "of a field": page(400, b'{"message":"type doesn\'t match"}', JSON),
    "of a footer": page(403, b"<p>Forbidden</p><footer>served by HTTP/2</footer>"),
}


@pytest.mark.parametrize("answer", WORDS.values(), ids=WORDS)
def test_an_answer_says_nothing_about_tls(answer):
    """The words of a library about a connection are words like any other in an answer, which the connection brought."""
    with impostor(lambda _: answer) as server:
        result, _ = run(local(MKP, server.port))
    assert result.verdict == "not-testable"
    assert not [word for word in ("certificate", "HTTP/2 only") if word in result.reason], result.reason


@pytest.mark.parametrize("text", ["Invalid API key", "The access-key is wrong: unknown API key", "expired api_key"])
def test_a_key_that_is_refused_may_be_the_token(text):
    """Many an API calls its bearer token a key, so a refused key does not point to a gateway alone."""
    answer = page(401, f'{{"message":"{text}"}}'.encode(), JSON)
    with impostor(lambda _: answer) as server:
        result, _ = run(local(MKP, server.port))
    assert (result.verdict, "check the token, if the API calls it a key" in result.reason) == ("not-testable", True)
    assert "in headers" in result.reason
