"""The documents lead where they say, and speak of the project alone."""

from __future__ import annotations

import re

import pytest
from pages import PAGES, ROOT, anchors, links, text_of

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def test_the_pages_are_found():
    """The rules below are not kept by looking at nothing."""
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {*NAMES}
    assert sum(len(links(text_of(name))) for name in NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_a_link_leads_to_a_file_of_the_project(name):
    """Every link within the project names a file that is there, and a heading that is there."""
    for link in links(text_of(name)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        assert page.exists(), link
        assert not anchor or anchor in anchors(page.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_no_machine(name):
    """No page holds a path of somebody's machine, or an address that is not reserved for examples."""
    text = text_of(name)
    assert not re.findall(r"(?<![\w.])/(?:tmp|home|root|work|Users)/", text)
    hosts = set(re.findall(r"https?://([^/\s\"'`)<:]+)", text))
    allowed = r"127\.0\.0\.1|localhost|(?:.+\.)?example(?:\..+)?|keepachangelog\.com|semver\.org"
    assert [host for host in hosts if not re.fullmatch(allowed, host)] == []


def test_the_architecture_is_told_in_sixty_lines():
    """ARCHITECTURE.md stays short enough to be read."""
    assert len(text_of("ARCHITECTURE.md").splitlines()) <= 60
