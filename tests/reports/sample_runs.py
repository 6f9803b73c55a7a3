"""Runs to write reports of: an ordinary one, one in which nothing was judged, and a hostile one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from appointment_reports import (
    DocumentFinding,
    Exchange,
    Failure,
    Observation,
    Request,
    RequirementResult,
    Response,
    RunResult,
    curl,
)

WHEN = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)
HOSTILE = (
    "]]></script><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\x00\ud800\u202e\u2028\ufffe"
    "\r\n::error::pwned\n`|` **b** [x](javascript:alert(1)) {{ 7 * 7 }} \"' &lt; @everyone"
)
REQUEST = Request(
    "POST",
    "https://api.example.com/api/v3/appointments/900001/link",
    (("Accept", "application/json"), ("Authorization", "Bearer ${TOKEN}"), ("Content-Type", "application/json")),
    b'{"type": "profile", "id": "no-uuid"}',
)
RESPONSE = Response(200, (("content-type", "application/json"),), b'{"data": {"id": 900001}}', "OK")
EXCHANGE = Exchange(17, "a profile is linked", "id: no UUID", "link", REQUEST, RESPONSE, WHEN, 0.043)
UNANSWERED = replace(EXCHANGE, number=18, response=None, error="timed out after 10 s")


def requirement(number, verdict="passed", **changes):
    """Return a requirement of link with `verdict`; a failed one has evidence."""
    failure = Failure("status 422", "status 200", EXCHANGE, curl(REQUEST), "2-0a1b-2c3d-4e5f")
    evidence = failure if verdict == "failed" else None
    plain = RequirementResult(
        f"OMN-ID-{number:02}", "An id is text", "MUST", "link", "Request body", verdict, failure=evidence, witnesses=2
    )
    return replace(plain, **changes)


def run(*requirements, verdict="not-conformant", **changes):
    """Return a run of `requirements`."""
    plain = RunResult(
        target="staging",
        api="omneo",
        base_url="https://api.example.com/api",
        verdict=verdict,
        reason="One requirement does not hold.",
        profile="gate",
        seed=7,
        command="appointment-conformance run staging --profile gate --seed 7",
        suite_version="0.1.0",
        run_id="run-1",
        started_at=WHEN,
        duration_seconds=1.5,
        requests=9,
        appointments_consumed=0,
        requirements=requirements,
        observations=(Observation("OMN-OBS-01", "Which status?", "200"),),
        document_findings=(DocumentFinding("OMN-DOC-01", "paths", "no security"),),
    )
    return replace(plain, **changes)


MIXED = run(
    requirement(1),
    requirement(2, "failed"),
    requirement(3, "failed", level="SHOULD"),
    requirement(4, "deviation", reason="known since May"),
    requirement(5, "untested", reason="no list fixture", witnesses=0, remedy="add a list to fixtures.lists."),
    requirement(6, "error", reason="timed out"),
)
HELD = "failed once, then held in 3 of 3 replays"
RECOVERED = run(
    requirement(1),
    replace(requirement(2, "failed"), verdict="passed", reason=HELD, unstable=True),
    verdict="conformant",
    reason=f"{HELD}: OMN-ID-02 (link).",
)
UNTESTABLE = run(verdict="not-testable", reason="connection refused", observations=(), document_findings=())


def hostile(text=HOSTILE):
    """Return a run in which every text that a target or a targets file can steer is `text`."""
    body = text.encode("utf-8", "surrogatepass")
    request = Request("POST", f"https://api.example.com/{text}", (("X-Probe", text),), body)
    response = Response(200, (("content-type", text), ("location", text)), body, text, text, stray=body)
    exchange = Exchange(1, text, text, "link", request, response, WHEN, 0.1, text)
    failure = Failure(text, text, exchange, curl(request), text)
    items = (requirement(n, v, reason=text, failure=failure) for n, v in enumerate(("failed", "error", "deviation"), 1))
    opened = (Observation("OMN-OBS-01", text, text),)
    found = (DocumentFinding("OMN-DOC-01", text, text),)
    untested = requirement(4, "untested", reason=text, remedy=text)
    return run(
        *items,
        untested,
        target=text,
        base_url=text,
        reason=text,
        description=text,
        observations=opened,
        document_findings=found,
    )


def exchanges(result):
    """Return the exchanges that the failures of `result` show."""
    return [item.failure.exchange for item in result.requirements if item.failure and item.failure.exchange]
