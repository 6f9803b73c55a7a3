"""Which answers may come from something in front of the API is decided from the probe and the answer only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appointment_conformance.traffic.case import ABSENT, NO_CASE, Case
from appointment_conformance.traffic.intermediary import (
    control_rank,
    first_line,
    is_in_doubt,
    shows_accepted_credentials,
    summarise,
)
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import Exchange, Request, Response

ODD_PATH = Case("path", "odd")
JSON, HTML = "application/json", "text/html; charset=utf-8"


def seen(kind, status, body=b"{}", media=JSON, *, case=NO_CASE, headers=(), **known):
    """Return a probe of `kind` with its answer; status None stands for no answer."""
    probe = Probe(
        "link/x", "link", kind, "GET" if kind == "read" else "POST", "/v3/appointments/1/link", case=case, **known
    )
    fields = (("Content-Type", media), *headers)
    response = None if status is None else Response(status, fields, body)
    request = Request("POST", "http://127.0.0.1/v3/appointments/1/link")
    error = None if response else "ConnectionResetError: reset"
    return ProbeResult(probe, Exchange(1, "one", "link/x", "link", request, response, datetime.now(UTC), 0.1, error))


@pytest.mark.parametrize(
    ("answer", "doubted"),
    [
        (seen("valid", 200), False),
        (seen("valid", 422), False),
        (seen("valid", 500), False),
        (seen("valid", 401), True),
        (seen("valid", 403), True),
        (seen("valid", 302, b""), True),
        (seen("valid", 502), True),
        (seen("valid", 522), True),
        (seen("valid", 408), True),
        (seen("valid", None), True),
        (seen("valid", 404, b"<h1>No</h1>", HTML), True),
        (seen("near-miss", 403), True),
        (seen("near-miss", 400, b"<h1>No</h1>", HTML), False),
        (seen("malformed", 400, b"<h1>No</h1>", HTML), False),
        (seen("credentials", 401), False),
        (seen("credentials", 502), True),
        (seen("method", 405, b"<h1>No</h1>", HTML), False),
        (seen("path", 404, b"<h1>No</h1>", HTML, case=ODD_PATH), False),
        (seen("path", 403, case=ODD_PATH), False),
        (seen("path", 403, case=ODD_PATH, is_well_formed=True), True),
        (seen("path", 403, case=ABSENT), True),
        (seen("question", 502), False),
    ],
)
def test_an_answer_in_doubt(answer, doubted):
    """An answer that may say nothing about its probe is in doubt; a router's own pages are not."""
    assert is_in_doubt(answer, reads_served=False) is doubted


@pytest.mark.parametrize(("reads_served", "doubted"), [(False, False), (True, True)])
def test_a_refused_read_is_in_doubt_where_reads_are_served(reads_served, doubted):
    """A refused read says nothing until a read has succeeded."""
    assert is_in_doubt(seen("read", 403), reads_served=reads_served) is doubted


@pytest.mark.parametrize(
    ("answer", "rank"),
    [
        (seen("read", 200), 0),
        (seen("near-miss", 422), 1),
        (seen("valid", 409), 1),
        (seen("path", 404, case=ABSENT), 2),
        (seen("valid", 200), None),
        (seen("near-miss", 200), None),
        (seen("near-miss", 401), None),
        (seen("read", 404), None),
        (seen("near-miss", 422, b"<h1>No</h1>", HTML), None),
    ],
)
def test_only_what_changes_nothing_is_a_control(answer, rank):
    """A control was answered and can be resent: a read, or a request that was refused for its content."""
    assert control_rank(answer) == rank


@pytest.mark.parametrize(
    ("answer", "telling"),
    [
        (seen("valid", 200), True),
        (seen("valid", 204, b""), True),
        (seen("near-miss", 422), True),
        (seen("credentials", 401), False),
        (seen("method", 405), False),
        (seen("valid", 401), False),
        (seen("valid", 200, b"<h1>Sign in</h1>", HTML), False),
    ],
)
def test_what_shows_that_the_api_reads_the_token(answer, telling):
    """Only an answer to valid credentials shows that the API processes them, and a page never does."""
    assert shows_accepted_credentials(answer) is telling


@pytest.mark.parametrize(
    ("body", "media", "line"),
    [
        (b"<html><head><title>403 Forbidden</title></head><body>No</body></html>", HTML, "403 Forbidden"),
        (b"<style>p{color:red}</style><p>Request &amp; blocked</p>", HTML, "Request & blocked"),
        (b'{"message":"Tenant not found."}', JSON, "Tenant not found."),
        (b'{"errors":[]}', JSON, ""),
        (b"No required SSL certificate was sent\nnginx", "text/plain", "No required SSL certificate was sent"),
        (b"", HTML, ""),
        (b"x" * 500, "text/plain", "x" * 117 + "..."),
    ],
)
def test_the_first_line_that_says_something(body, media, line):
    """The first line is the title or first text of a page, or the message of JSON; it is short."""
    assert first_line(seen("valid", 403, body, media)) == line


def test_an_answer_in_brief():
    """An answer is summarised by status, media type and server; a missing answer by its error."""
    answer = seen("valid", 403, b"", HTML, headers=(("Server", "waf"),))
    assert summarise(answer) == "403 text/html, server: waf"
    assert summarise(seen("valid", None)) == "ConnectionResetError: reset"
