"""Codes say what is wrong by ids and places; they contain no wording, and nothing that differs between runs."""

from __future__ import annotations

import pytest
from own_targets import OMNEO

from appointment_conformance.apis.omneo.codes import of_link_type
from appointment_conformance.codes import (
    CODE,
    at_each,
    checked,
    of_id,
    of_media_type,
    of_schema,
    of_value,
    status_code,
)
from appointment_conformance.engine import Evidence
from appointment_specs.omneo import CONTRACT

HOSTILE = ["\x00", "a b", "x" * 500, "\ud800", "naïve", "12", "2026-03-01", "", "a\nb"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (status_code(500), "status-500"),
        (status_code(200, 409), "status-200-409"),
        (at_each("changed", ["startsAt"]), ("changed:/startsAt",)),
        (at_each("wrong-type", ["staff[].id", "a.b"]), ("wrong-type:/staff/*/id", "wrong-type:/a/b")),
        (of_value("status", "scheduled"), "wrong-value:/status/scheduled"),
        (of_value("status", "CANCELED"), "wrong-value:/status/CANCELED"),
        (of_value("status", None), "wrong-value:/status/null"),
        (of_value("status", value=True), "wrong-value:/status/boolean"),
        (of_id("data/id", "abc"), "wrong-id:/data/id/text"),
        (of_id("data/id", 900001), "wrong-id:/data/id/number"),
        (of_media_type(None), "missing-header:content-type"),
        (of_media_type("Text/HTML; charset=utf-8"), "media-type:text/html"),
        (of_link_type(r"App\Models\Profile"), r"unknown-link-type:App\Models\Profile"),
        (of_schema(["data", "links", 3, "id"], "type"), "schema:/data/links/*/id/type"),
        (of_schema([], "type"), "schema:/type"),
    ],
)
def test_a_code_says_what_and_where(code, expected):
    """Each kind of mistake has one form of code, with the status, the member, the type or the place in it."""
    assert code == expected
    assert checked(code)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_target_writes_cannot_break_a_code(text):
    """Any text of an answer gives a code that is short, printable and without ids, times or lengths."""
    for code in (of_value("status", text), of_media_type(text), of_link_type(text), of_schema([text], "type")):
        assert CODE.fullmatch(code), code
        assert code.isascii()
        assert len(code) < 160
        assert text not in code or not text


@pytest.mark.parametrize("code", ["", "Missing link", "missing_link", (), ("fine", "Not fine"), "status-"])
def test_what_is_no_code_is_refused(code):
    """A deviation without a code, or with a sentence as its code, is reported as a defect of the suite."""
    evidence = Evidence(OMNEO, "link", (), contract=CONTRACT, contract_check=lambda *_: None)
    with pytest.raises(ValueError, match="needs a code"):
        evidence.expect(None, holds=False, code=code, expected="this", actual="that")


def test_what_holds_needs_no_code():
    """A list of codes may be empty if nothing is wrong."""

    class Sent:
        number = 1

    evidence = Evidence(OMNEO, "link", (), contract=CONTRACT, contract_check=lambda *_: None)
    evidence.expect(Sent(), holds=True, code=(), expected="this", actual="this")
    assert not evidence.deviations
