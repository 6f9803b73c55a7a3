"""The page of requirements is the one that the suite generates."""

from __future__ import annotations

from pages import text_of

from appointment_conformance.selftest.catalogue_page import catalogue_page


def test_the_page_is_up_to_date():
    """docs/requirements.md is what `make docs` writes."""
    assert text_of("docs/requirements.md") == catalogue_page(), "run `make docs`"


def test_the_page_has_every_vendor():
    """The page has requirements, open questions and findings of both vendors."""
    page = catalogue_page()
    assert all(f"### {name}\n" in page for name in ("OMN-LINK-03", "MKP-CANCEL-08", "HTTP-05"))
    assert all(f"| {name} |" in page for name in ("OMN-OBS-01", "MKP-OBS-01", "DOC-16"))
