"""The links in the documents work, and the documents are only about the project."""

from __future__ import annotations

import re

import pytest
from pages import PAGES, ROOT, anchors, links, text_of

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def test_the_pages_are_found():
    """The pages are found, so the tests below check something."""
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {*NAMES}
    assert sum(len(links(text_of(name))) for name in NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_a_link_leads_to_a_file_of_the_project(name):
    """Every link within the project names a file and a heading that exist."""
    for link in links(text_of(name)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        assert page.exists(), link
        assert not anchor or anchor in anchors(page.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_no_machine(name):
    """No page contains a path of a particular machine, or a host that is not reserved for examples."""
    text = text_of(name)
    assert not re.findall(r"(?<![\w.])/(?:tmp|home|root|work|Users)/", text)
    hosts = set(re.findall(r"https?://([^/\s\"'`)<:]+)", text))
    allowed = r"127\.0\.0\.1|localhost|(?:.+\.)?example(?:\..+)?|keepachangelog\.com|semver\.org"
    assert [host for host in hosts if not re.fullmatch(allowed, host)] == []


def test_the_architecture_page_is_short():
    """ARCHITECTURE.md has at most sixty lines."""
    assert len(text_of("ARCHITECTURE.md").splitlines()) <= 60
