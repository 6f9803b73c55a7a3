"""A requirement that failed once and held in every replay passes, and every report shows the failure."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from sample_runs import HELD, RECOVERED, run

from appointment_reports import document, dumps, junit, page, summary


@pytest.mark.parametrize("write", [page, summary, dumps, lambda result: junit(result).decode()])
def test_no_report_is_green_without_a_word(write):
    """Each report has the id, the reason of the verdict and the reason of the requirement."""
    text = write(RECOVERED)
    assert text.count(HELD) >= 2
    assert "OMN-ID-02" in text


def test_programs_can_tell_it_apart():
    """The member `unstable` of `result.json` is true for this requirement only."""
    assert [one["unstable"] for one in document(RECOVERED)["requirements"]] == [False, True]


def test_junit_is_green_with_what_was_seen():
    """No case failed or is skipped, and the output of this case has the first failure."""
    root = ET.fromstring(junit(RECOVERED))  # noqa: S314 - we wrote it
    assert [len(root.findall(f".//{tag}")) for tag in ("failure", "error", "skipped", "system-out")] == [0, 0, 0, 1]
    assert "Actual: status 200" in root.findtext(".//system-out", "")


def test_the_page_shows_the_evidence_once():
    """The page has a separate section for it, and each anchor once."""
    text = page(RECOVERED)
    assert "Failed once" in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "Failed once" not in page(run(verdict="conformant", reason=""))
