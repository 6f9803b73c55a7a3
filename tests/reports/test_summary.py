"""The Markdown summary is short and inert."""

from __future__ import annotations

import pytest
from sample_runs import HOSTILE, MIXED, UNTESTABLE, hostile, requirement, run

from appointment_reports import summary


def test_the_summary_counts_and_names_what_needs_attention():
    """The verdict, the counts and a row for each requirement that is not passed, failures first."""
    text = summary(MIXED)
    assert text.startswith("## staging: not conformant")
    assert "| failed | error | deviation | advisory | blocked | untested | passed |" in text
    assert "| 1 | 1 | 1 | 1 | 0 | 1 | 1 |" in text
    rows = [line for line in text.splitlines() if line.startswith("| OMN-ID")]
    assert [row.split()[1] for row in rows] == [f"OMN-ID-0{n}" for n in (2, 6, 4, 3, 5)]


def test_what_to_add_is_listed():
    """A remedy is in a list with its requirements; a run without remedies has no such list."""
    text = summary(MIXED)
    assert "**What to add**\n\n- add a list to fixtures.lists. For OMN-ID-05 &#40;link&#41;.\n" in text
    assert "What to add" not in summary(run(requirement(1)))


def test_an_empty_run_says_so():
    """A run in which nothing was judged has no table of zeros."""
    assert "No requirement was judged." in summary(UNTESTABLE)


def test_hostile_text_is_text():
    """No workflow command, markup, mention, link or table cell of the target survives."""
    text = summary(hostile())
    assert "::" not in text
    assert "<script" not in text
    assert "@everyone" not in text
    assert "](javascript" not in text
    assert all(char.isprintable() or char == "\n" for char in text)
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| OMN")}
    assert widths == {5}


@pytest.mark.parametrize("text", ["x" * 1_000_000, HOSTILE * 10_000, "::" * 500_000])
def test_the_summary_keeps_its_budget(text):
    """Thousands of failures with huge answers stay below the size that CI services accept."""
    troubles = hostile(text).requirements
    many = run(*(requirement(n, "failed", failure=troubles[0].failure) for n in range(3000)))
    written = summary(many)
    assert len(written.encode()) < 900_000
    assert "report.html has the rest" in written
