"""What the contract's schema has against an answer is told by codes that no message of a library gets into."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from own_targets import MKP, OMNEO

from appointment_conformance.api import load_apis
from appointment_conformance.engine.schemathesis_adapter import contract_engine
from appointment_reports import Exchange, Request, Response

SCHEMA = "response_schema_conformance"
CANCELED = {
    "id": "apt_1",
    "startsAt": "2026-03-01T10:00:00+00:00",
    "endsAt": "2026-03-01T11:00:00+00:00",
    "createdAt": "2026-02-01T10:00:00+00:00",
    "attendeeName": "A. Name",
    "attendeeEmail": "name@example.com",
    "status": "canceled",
}


def violation(check, operation, status, content):
    """Return what a check has against an answer of this status and content."""
    target = MKP if operation == "cancel" else OMNEO
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    request = Request("DELETE" if operation == "cancel" else "POST", "https://api.example.com/x", body=b"{}")
    response = Response(status, body=body)
    exchange = Exchange(1, "scene", "probe", operation, request, response, datetime(2026, 3, 1, tzinfo=UTC), 0.1)
    return contract_engine(target, load_apis()[target.api], profile="gate", seed_=1).violation(
        check, operation, exchange
    )


@pytest.mark.parametrize(
    ("operation", "status", "content", "codes"),
    [
        ("cancel", 200, {**CANCELED, "id": 12}, ("schema:/id/type",)),
        ("cancel", 200, {**CANCELED, "id": "x"}, ("schema:/id/pattern",)),
        ("cancel", 200, {**CANCELED, "status": "gone"}, ("schema:/status/const", "schema:/status/enum")),
        ("cancel", 200, {**CANCELED, "id": 12, "attendeeName": 1}, ("schema:/attendeeName/type", "schema:/id/type")),
        ("cancel", 200, {k: v for k, v in CANCELED.items() if k != "id"}, ("schema:/id/required",)),
        ("cancel", 200, [], ("schema:/type",)),
        ("cancel", 200, b"<html>", ("not-json",)),
        ("cancel", 409, {"massage": "no"}, ("schema:/message/required",)),
        ("link", 422, {}, ("schema:/errors/required", "schema:/message/required")),
        ("link", 422, {"message": "m", "errors": {"id": [1]}}, ("schema:/errors/id/*/type",)),
        ("link", 200, {"data": {"id": 1, "links": [{"type": 1}]}}, None),
    ],
)
def test_the_schema_is_told_by_place_and_keyword(operation, status, content, codes):
    """The codes name the member, a missing one by its own place, and the keyword that it breaks."""
    found = violation(SCHEMA, operation, status, content)
    assert found is not None
    assert found.sentence
    if codes is None:
        assert all("/data/links/*/" in code for code in found.codes), found.codes
    else:
        assert found.codes == codes


def test_the_value_that_is_wrong_leaves_no_trace():
    """Two answers with other values and more links, wrong in the same way, have the same codes."""
    first = {"data": {"id": "900001", "links": [{"type": "profile", "target_id": {}}]}}
    other = {"data": {"id": "77", "links": [{"type": "list", "target_id": 4}, {"type": "profile", "target_id": {}}]}}
    one, another = violation(SCHEMA, "link", 200, first), violation(SCHEMA, "link", 200, other)
    assert one.codes == another.codes
    assert one.sentence != another.sentence


def test_a_right_body_that_is_refused_is_told_by_the_status():
    """A generated body that the schema accepts and the target refuses gives the code of the status."""
    engine = contract_engine(OMNEO, load_apis()[OMNEO.api], profile="gate", seed_=1)
    body = next(one.body for one in engine.generated_bodies("link") if one.mode == "positive")
    request = Request("POST", "https://api.example.com/x", body=body)
    response = Response(422, body=b"{}")
    exchange = Exchange(1, "scene", "probe", "link", request, response, datetime(2026, 3, 1, tzinfo=UTC), 0.1)
    assert engine.violation("positive_data_acceptance", "link", exchange).codes == ("status-422",)


def test_a_wrong_body_that_is_taken_is_told_by_the_status():
    """A generated body that the schema rejects and the target takes gives the code of the status."""
    engine = contract_engine(OMNEO, load_apis()[OMNEO.api], profile="gate", seed_=1)
    body = next(one.body for one in engine.generated_bodies("link") if one.mode == "negative")
    request = Request("POST", "https://api.example.com/x", body=body)
    exchange = Exchange(1, "scene", "p", "link", request, Response(200), datetime(2026, 3, 1, tzinfo=UTC), 0.1)
    assert engine.violation("negative_data_rejection", "link", exchange).codes == ("status-200",)


def test_without_an_answer_there_is_nothing_to_check():
    """No response violates no schema."""
    request = Request("POST", "https://api.example.com/x")
    exchange = Exchange(1, "scene", "probe", "link", request, None, datetime(2026, 3, 1, tzinfo=UTC), 0.1, error="lost")
    assert (
        contract_engine(OMNEO, load_apis()[OMNEO.api], profile="gate", seed_=1).violation(SCHEMA, "link", exchange)
        is None
    )
