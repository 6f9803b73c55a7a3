"""The table of several targets fits the console, and cuts nothing."""

from __future__ import annotations

import re

import pytest

from appointment_conformance.cli.outcome_table import indented, table_lines
from appointment_reports.overview import TargetOutcome, counted, worst_first

SHORT = TargetOutcome("own", "not-conformant", "it fails", 12, 3, 291, 6.84, "reports/own/report.html")
LONG = TargetOutcome(f"{'a-long-name-' * 6}end", "conformant-with-deviations", requests=1, report="r/report.html")
GONE = TargetOutcome("gone", "error", "no room")


def test_a_wide_console_has_a_line_for_each_target():
    """Target, verdict, failed, untested, requests, seconds and report stand in columns of one line."""
    head, first, second = table_lines([SHORT, GONE], 140)
    assert head.split() == ["target", "verdict", "failed", "untested", "requests", "seconds", "report"]
    assert first.split() == ["own", "not-conformant", "12", "3", "291", "6.8", "reports/own/report.html"]
    assert second.split() == ["gone", "error", "0", "0", "0", "0.0", "no", "report"]
    assert head.index("report") == first.index("reports") == second.index("no report")


def test_in_80_columns_the_report_has_its_own_line():
    """What a target needs apart from the path stays in one line."""
    lines = table_lines([SHORT], 70)
    assert len(lines) == 4
    assert lines[2].split()[:2] == ["own", "not-conformant"]
    assert lines[3] == "  reports/own/report.html"


@pytest.mark.parametrize("width", [1, 20, 40, 60, 80, 100])
def test_no_line_is_longer_than_the_console(width):
    """Only a line that is a single name or path, which a reader may have to copy, can be longer than the console."""
    lines = table_lines([SHORT, LONG, GONE], width)
    assert all(len(line) <= width or " " not in line.strip() for line in lines if line.strip() != "no report")
    text = "\n".join(lines)
    assert all(name in text for name in (LONG.target, LONG.report, SHORT.report, "not-conformant", "no report"))
    assert re.search(r"\b12\b.*\b3\b.*\b291\b", text, re.DOTALL)


def test_what_needs_action_comes_first():
    """The order is that of the exit codes 5 1 3 4 0; with the same verdict the order stays."""
    verdicts = ["conformant", "not-verified", "not-testable", "error", "conformant", "not-conformant"]
    outcomes = [TargetOutcome(str(place), verdict) for place, verdict in enumerate(verdicts)]
    assert [outcome.target for outcome in worst_first(outcomes)] == ["3", "5", "2", "1", "0", "4"]


def test_one_sentence_counts_the_verdicts():
    """Each verdict that occurs is counted; nothing at all is not a success."""
    assert counted([SHORT, LONG, LONG]) == "3 targets: 1 not-conformant, 2 conformant-with-deviations."
    assert counted([GONE]) == "1 target: 1 error."
    assert counted([]) == "0 targets: nothing was judged."


def test_a_reason_is_wrapped_between_words():
    """A reason is indented, and no word of it is cut."""
    assert indented("MKP-CANCEL-02 (cancel), MKP-CANCEL-03", 20) == [
        "  MKP-CANCEL-02",
        "  (cancel),",
        "  MKP-CANCEL-03",
    ]
    assert indented("", 20) == []
