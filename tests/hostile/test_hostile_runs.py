"""A run against a hostile target ends with a verdict, and every report of it is valid and inert."""

from __future__ import annotations

import json
import random
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hostile_server import hostile, twisted
from hostile_targets import at, standing_for

from appointment_conformance.reference_apis import serve
from appointment_conformance.target_run import run
from appointment_conformance.targets import Limits
from appointment_reports import result_schema, write_artefacts

pytestmark = pytest.mark.usefixtures("no_waits")

EVIL = (
    "]]></script><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\x1b]0;x\x07\x00\ud800\u202e\u2028\ufffe"
    "\r\n::error::pwned\n##vso[task.complete result=Succeeded]\n\"' &lt; {{ 7 * 7 }}"
)
RAW = EVIL.encode("utf-8", "surrogatepass").replace(b"\r", b" ").replace(b"\n", b" ")
JSON = b"application/json"
DEEP = {depth: b'{"message":' + b"[" * depth + b"]" * depth + b"}" for depth in (90, 400, 900, 50_000)}


def plain(body, kind=JSON):
    """Answer every request with this body and the right status."""
    return lambda _status, _body: (b"OK", [(b"Content-Type", kind)], body)


def evil(_, body):
    """Answer as the API does, but put the worst text into the place of every text, and into every header."""
    told = json.dumps(_with(json.loads(body), EVIL)).encode() if body else b""
    fields = [(b"Content-Type", JSON), (b"X-Evil", RAW.replace(b"\0", b"")), (b"Location", b"javascript:alert(1)")]
    return b"::error::" + RAW.replace(b"\0", b""), fields, told


def other_every_time():
    """Answer with something else each time: now JSON, now HTML, now nothing, now noise."""
    dice = random.Random(7)  # noqa: S311 - the same in every run

    def twist(_, body):
        odd = dice.choice(
            [body, b"", b"<html>", b"null", b"[]", b"1e999", b'{"data":[]}', dice.randbytes(50), DEEP[400]]
        )
        return b"OK", [(b"Content-Type", dice.choice([JSON, b"text/html", b""]))], odd

    return twist


TWISTS = {
    "texts that break out": evil,
    "another answer every time": other_every_time(),
    "raw control characters": plain(RAW),
    "lone surrogates": plain(b'{"message":"\\ud800","errors":{"\\udfff":["\\ud800"]},"data":{"id":"\\ud800"}}'),
    "not UTF-8": plain(b'{"message":"\xff\xfe"}'),
    "numbers out of range": plain(b'{"message":1e999,"data":{"id":-1e400,"links":[{"type":NaN,"target_id":1E+99}]}}'),
    "a number of thousands of digits": plain(b'{"data":{"id":' + b"9" * 6000 + b"}}"),
    "the same key thousands of times": plain(b"{" + b'"message":"x",' * 2000 + b'"message":"x"}'),
    "thousands of links": plain(b'{"data":{"id":1,"links":[' + b'{"type":"list","target_id":1},' * 800 + b"{}]}}"),
    **{f"nested {depth} deep": plain(body) for depth, body in DEEP.items()},
}


def _with(value, text):
    if isinstance(value, dict):
        return {name: _with(item, text) for name, item in value.items()} | {text: text}
    if isinstance(value, list):
        return [_with(item, text) for item in value]
    return text if isinstance(value, str) else value


def check_reports(result, exchanges, directory):
    """Write every report and see that each is what its readers can read, and that nothing in it acts."""
    paths = {path.name: path.read_bytes() for path in write_artefacts(result, exchanges, directory)}
    jsonschema.validate(json.loads(paths["result.json"]), result_schema())
    assert len(json.loads(paths["exchanges.har"])["log"]["entries"]) == len(exchanges)
    ET.fromstring(paths["junit.xml"])  # noqa: S314 - we wrote it
    page = paths["report.html"].decode()
    assert "<script" not in page
    assert "<img" not in page
    assert len(page) < 2_000_000
    for name, data in paths.items():
        assert not set(data) & set(range(32)) - set(b"\n\t"), name
        assert not any(hidden in data.decode() for hidden in "\u202e\u2028\ufffe"), name
    assert b"::error::" not in paths["summary.md"]


#: An Omneo run sends eight times as many requests: it meets what is worst for links and for validation errors.
WORST = ("texts that break out", "another answer every time", "thousands of links", "nested 900 deep")


@pytest.mark.parametrize(
    ("api", "name"), [*(("mijnklantportaal", name) for name in TWISTS), *(("omneo", name) for name in WORST)]
)
def test_a_hostile_target_is_judged(tmp_path, api, name):
    """Under right statuses but hostile content the run ends with a verdict against the target, and whole reports."""
    with serve(api) as reference, twisted(reference, TWISTS[name]) as server:
        result, exchanges = run(standing_for(reference, server.port))
    assert result.verdict in {"not-conformant", "not-testable", "not-verified"}, result.reason
    assert not [one for one in result.requirements if one.defect]
    check_reports(result, exchanges, tmp_path)


ATTACKS = {
    "drips": lambda line, _: line.drip(b"HTTP/1.1 200 OK\r\nX-Header: value\r\n" * 1000),
    "resets": lambda line, _: line.reset(),
    "noise": lambda line, _: line.send(b"\x00\xff" * 100),
    "gigabytes": lambda line, _: (line.send(b"HTTP/1.1 200 OK\r\n\r\n"), line.flood(b"[" * 65536)),
    "catch-all": lambda line, _: line.send(
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n" + b"null"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_target_that_is_no_api_is_not_testable(tmp_path, name):
    """What never answers as the API does is not testable, after a handful of requests and with whole reports."""
    with hostile(ATTACKS[name]) as server:
        limits = Limits(timeout_seconds=0.3, connect_timeout_seconds=5)
        result, exchanges = run(at(server.port, limits=limits))
    assert result.verdict == "not-testable"
    assert len(exchanges) < 20
    check_reports(result, exchanges, tmp_path)
