"""The page of requirements is the one that the suite generates."""

from __future__ import annotations

import re

from pages import text_of

from appointment_conformance.engine.explanation import MOST_SHOWN
from appointment_conformance.selftest.catalogue_page import catalogue_page


def test_the_page_is_up_to_date():
    """docs/requirements.md is what `make docs` writes."""
    assert text_of("docs/requirements.md") == catalogue_page(), "run `make docs`"


def test_the_page_has_every_vendor():
    """The page has requirements, open questions and findings of both vendors."""
    page = catalogue_page()
    assert all(f"### {name}\n" in page for name in ("OMN-LINK-03", "MKP-CANCEL-08", "HTTP-05"))
    assert all(f"| {name} |" in page for name in ("OMN-OBS-01", "MKP-OBS-01", "DOC-16"))


def test_every_requirement_has_its_requests_answers_and_faults():
    """An entry says for each API what is accepted, which requests are judged, and by name which faults prove it."""
    entries = re.split(r"(?m)^### ", catalogue_page())[1:]
    assert len(entries) > 90
    for entry in (entry.partition("\n## ")[0] for entry in entries):
        parts = 2 if entry.startswith("HTTP-") else 1
        for found in (r"^- Accepted[^:]*: \S", r"^- Faults[^:]*: [a-z]", r"^<details><summary>[1-9]", r"^</details>"):
            assert len(re.findall(found, entry, re.MULTILINE)) == parts, entry
        assert parts <= len(re.findall(r"(?m)^- `[A-Z]+ /", entry)) <= parts * MOST_SHOWN


def test_a_request_is_shown_as_it_is_sent():
    """Method and path, headers that are the point, and the body stand as code, and beside them what it is a case of."""
    page = catalogue_page()
    body = '`{"type":"profile","id":"{profile}"}`'
    assert f"- `POST /v3/appointments/{{appointment}}xyz/link` {body} path/letters-after\n" in page
    assert f"- `POST /v3/appointments/{{appointment}}/link` `no Authorization` {body} credentials/none\n" in page
