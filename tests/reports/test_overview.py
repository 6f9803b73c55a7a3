"""The pages of several targets show each target once, link to its report, and are safe with any text."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from sample_runs import HOSTILE, MIXED, RECOVERED, UNTESTABLE, hostile

from appointment_reports import document, junit
from appointment_reports.junit import merged_junit
from appointment_reports.overview import Overview, TargetOutcome, outcome_of
from appointment_reports.overview_files import NAMES, write_overview
from appointment_reports.overview_page import overview_page
from appointment_reports.summary import MAX_BYTES, overview_summary

GREEN = TargetOutcome("own", "conformant", requests=55, seconds=1.0, report="../a b/own/report.html")
RED = replace(GREEN, target="other", verdict="not-conformant", reason="1 of 40 do not hold", failed=1)
HOSTILE_ROW = TargetOutcome(HOSTILE, "error", HOSTILE, report=HOSTILE, api=HOSTILE, base_url=HOSTILE)


def overview(*outcomes, problems=(), notes=()):
    """Return an overview of these outcomes."""
    return Overview(outcomes, problems, notes, "0.1.0")


def test_an_outcome_counts_what_gates():
    """Advice that does not hold is not counted as failed; blocked requirements are untested."""
    outcome = outcome_of(document(MIXED), "report.html")
    assert (outcome.failed, outcome.untested, outcome.requests, outcome.seconds) == (1, 1, 9, 1.5)
    assert (outcome.target, outcome.verdict, outcome.report) == ("staging", "not-conformant", "report.html")


@pytest.mark.parametrize(
    ("whole", "verdict"),
    [
        (overview(GREEN), "conformant"),
        (overview(GREEN, RED), "not-conformant"),
        (overview(GREEN, problems=("a problem",)), "error"),
        (overview(), "error"),
    ],
)
def test_the_whole_is_as_good_as_its_worst_part(whole, verdict):
    """A problem makes it an error, and so does the lack of any target."""
    assert whole.verdict == verdict
    assert verdict.replace("-", " ") in overview_page(whole).lower()
    assert verdict.replace("-", " ") in overview_summary(whole)


def test_the_index_links_to_each_report():
    """Each target is a row with a link, relative to the page; one without a report has none."""
    page = overview_page(overview(RED, GREEN, replace(GREEN, target="gone", report="")))
    assert re.findall(r'<a href="([^#"]+)">([^<]+)</a>', page) == [
        ("../a%20b/own/report.html", "other"),
        ("../a%20b/own/report.html", "own"),
    ]
    assert "gone (no report)" in page
    assert page.count("<tr>") == 4
    assert all(part in page for part in ('<html lang="en">', "<caption", 'scope="row"', 'scope="col"', "1 of 40 do"))


def test_no_text_has_an_effect():
    """A hostile name, reason, path or sentence is shown, in HTML, Markdown and JUnit, and does nothing."""
    whole = overview(HOSTILE_ROW, problems=(HOSTILE,), notes=(HOSTILE,))
    page, summary = overview_page(whole), overview_summary(whole)
    page.encode()
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in overview_page(overview(replace(GREEN, report="javascript:alert(1)")))
    assert not re.search(r"(?m)^::|[\x00-\x08\x1b\u202e]", page + summary)
    assert "<script" not in summary
    ET.fromstring(merged_junit([hostile()], [HOSTILE]))  # noqa: S314 - we wrote it


def test_the_summary_is_bounded():
    """A summary of very many targets stays below what CI services take, and says where the rest is."""
    text = overview_summary(overview(*(replace(RED, target=f"t{number}") for number in range(20_000))))
    assert len(text.encode()) <= MAX_BYTES
    assert "index.html has the rest" in text


def test_the_merged_junit_file_has_the_suite_of_each_result():
    """Names, outcomes and properties are those of the files of the targets; the sums stand at the root."""
    results = [MIXED, RECOVERED, replace(UNTESTABLE, target="third")]
    root = ET.fromstring(merged_junit(results, ["they do not belong together"]))  # noqa: S314 - we wrote it
    *suites, problems = root.findall("testsuite")
    for suite, result in zip(suites, results, strict=True):
        (alone,) = ET.fromstring(junit(result)).findall("testsuite")  # noqa: S314 - we wrote it
        assert names(suite) == names(alone)
        assert {key: suite.get(key) for key in alone.attrib if key != "id"} == {
            key: value for key, value in alone.attrib.items() if key != "id"
        }
    assert len({suite.get("id") for suite in root}) == 4
    assert names(problems) == [("conformance", "merge :: problem 1", ["error"])]
    assert root.get("tests") == str(len(root.findall(".//testcase")))
    assert root.get("errors") == str(len(root.findall(".//error")))


def names(suite):
    """Return the cases of a suite, each with its outcome."""
    return [(case.get("classname"), case.get("name"), [one.tag for one in case]) for case in suite.iter("testcase")]


def test_the_files_are_written_whole(tmp_path):
    """Index, JUnit and summary are in the directory, and nothing else."""
    paths = write_overview(overview(GREEN), [MIXED], tmp_path / "new")
    assert tuple(path.name for path in paths) == NAMES
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(NAMES)


def test_on_a_narrow_screen_each_number_has_its_name():
    """The head of the table is not shown there, so the name of each number stands before it in its cell."""
    row = overview_page(overview(RED)).split("<tbody>")[1]
    named = re.findall(r'<td class="number"><span class="unit">(\w+) </span>[0-9.]+</td>', row)
    assert named == ["failed", "untested", "requests", "seconds"]


def test_sentences_are_inside_the_page():
    """Lists of problems and notes are indented, because the marks of a list stand to the left of its text."""
    page = overview_page(overview(RED, problems=("a problem",), notes=("a note",)))
    assert page.count('<ul class="sentences">') == page.count("<ul") == 2
    assert ".sentences { padding-left:" in page
