"""The HAR file holds every exchange whole."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from sample_runs import EXCHANGE, REQUEST, RESPONSE, UNANSWERED, exchanges, hostile

from appointment_reports import write_har


@pytest.fixture
def log(tmp_path):
    """Return a function that writes exchanges and returns the log of the file."""

    def written(items):
        path = tmp_path / "exchanges.har"
        write_har(items, path, version="0.1.0")
        return json.loads(path.read_bytes())["log"]

    return written


def test_an_exchange_is_an_entry(log):
    """Request, response, time in milliseconds and the name of the probe are in the entry."""
    entry = log([EXCHANGE])["entries"][0]
    assert (entry["request"]["method"], entry["request"]["url"]) == (REQUEST.method, REQUEST.url)
    assert entry["request"]["postData"]["text"].encode() == REQUEST.body
    assert (entry["response"]["status"], entry["response"]["content"]["text"]) == (200, RESPONSE.body.decode())
    assert entry["time"] == entry["timings"]["wait"] == 43.0
    assert entry["comment"] == "17 link a profile is linked: id: no UUID"


def test_an_unanswered_request_is_an_entry_too(log):
    """Where no response arrived, the status is 0 and the comment says why."""
    response = log([UNANSWERED])["entries"][0]["response"]
    assert (response["status"], response["comment"]) == (0, "timed out after 10 s")


def test_bytes_that_are_not_text_survive(log):
    """A body that is not UTF-8 is base64."""
    content = log([replace(EXCHANGE, response=replace(RESPONSE, body=b"\xff\x00"))])["entries"][0]["response"][
        "content"
    ]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == b"\xff\x00"


def test_a_query_is_read(log):
    """The entry has the pairs of a query, also empty ones."""
    query = log([replace(EXCHANGE, request=replace(REQUEST, url=f"{REQUEST.url}?a=1&b="))])["entries"][0]["request"]
    assert query["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]


def test_a_run_without_exchanges_is_a_valid_file(log):
    """No exchange makes an empty log that names its creator."""
    empty = log([])
    assert (empty["version"], empty["entries"]) == ("1.2", [])
    assert empty["creator"] == {"name": "appointment-conformance", "version": "0.1.0"}


def test_hostile_exchanges_make_a_valid_file(log):
    """For any answer the file can be loaded and contains no lone surrogate."""
    text = json.dumps(log(exchanges(hostile())), ensure_ascii=False)
    assert text.encode()
    assert r"\ud800" in text


def test_exchanges_are_written_as_they_come(tmp_path):
    """Entries leave memory while the exchanges are still coming."""
    path = tmp_path / "exchanges.har"
    sizes = []

    def coming():
        for _ in range(50):
            yield EXCHANGE
            sizes.append(path.stat().st_size)

    write_har(coming(), path)
    assert max(sizes) > 0
