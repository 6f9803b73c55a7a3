"""JUnit has what every reader needs, for any answer of a target."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from sample_runs import HOSTILE, MIXED, UNTESTABLE, hostile, requirement, run

from appointment_reports import junit

#: The strictest schema in use (Jenkins xunit, junit-10.xsd): attributes and children by element.
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "time", "tests", "failures", "errors", "skipped", "timestamp", "hostname", "id"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message", "type"},
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error", "skipped"},
}


def read(result):
    """Return the root of the document of `result`."""
    return ET.fromstring(junit(result))  # noqa: S314


def children(result):
    """Return the tag and the message of each case's child, by the first word of its name; None where it has none."""
    cases = {case.get("name").split()[0]: case for case in read(result).iter("testcase")}
    return {name: next(((child.tag, child.get("message")) for child in case), None) for name, case in cases.items()}


def names(result):
    """Return the class and the name of each case."""
    return [(case.get("classname"), case.get("name")) for case in read(result).iter("testcase")]


def test_each_verdict_has_its_child():
    """A failed MUST is a failure, an error is an error, and all else that did not pass is skipped with its reason."""
    assert children(MIXED) == {
        "OMN-ID-01": None,
        "OMN-ID-02": ("failure", "An id is text: status 200"),
        "OMN-ID-03": ("skipped", "advisory: An id is text (SHOULD: advice): status 200"),
        "OMN-ID-04": ("skipped", "deviation: An id is text: known since May"),
        "OMN-ID-05": ("skipped", "untested: An id is text: no list fixture"),
        "OMN-ID-06": ("error", "An id is text: timed out"),
    }


@pytest.mark.parametrize("result", [MIXED, UNTESTABLE, hostile(), hostile("x" * 1_000_000)], ids=lambda r: r.verdict)
def test_the_document_keeps_the_strictest_schema(result):
    """Only known elements and attributes occur, every suite counts its cases rightly, and no case has two children."""
    root = read(result)
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
    cases = list(root.iter("testcase"))
    assert all(len(case) <= 1 for case in cases)
    for element in (root, root[0]):
        assert int(element.get("tests")) == len(cases) > 0
        assert int(element.get("failures")) == len(list(root.iter("failure")))
        assert int(element.get("errors")) == len(list(root.iter("error")))
    assert int(root[0].get("skipped")) == len(list(root.iter("skipped")))


def test_names_are_unique_and_hold_nothing_of_the_run():
    """A case is found again in the next run: its name has the id and the operation only."""
    later = run(*MIXED.requirements, seed=8, run_id="run-2")
    assert names(MIXED)[0] == ("conformance.staging.link", "OMN-ID-01 link")
    assert len(set(names(MIXED))) == len(names(MIXED))
    assert names(MIXED) == names(later)


def test_a_title_may_be_reworded():
    """Two runs that differ only in titles have the same cases; the title is in the message."""
    reworded = replace(MIXED, requirements=[replace(one, title="Ids are text") for one in MIXED.requirements])
    assert names(reworded) == names(MIXED)
    for told in read(reworded).findall("testsuite/testcase/*"):
        assert "Ids are text" in told.get("message")
        assert told.text.startswith("Requirement: Ids are text\n")


def test_a_failure_can_be_replayed_from_its_text():
    """The text of a failure holds what was expected, what came, the exchange and the replay line."""
    text = read(MIXED).find(".//failure").text
    wanted = (
        "Expected: status 422",
        "Actual: status 200",
        "POST https://api",
        "HTTP/1.1 200 OK",
        "curl ",
        "Request body",
    )
    assert all(part in text for part in wanted)


@pytest.mark.parametrize(
    "result",
    [
        UNTESTABLE,
        run(verdict="error", reason="broken"),
        run(verdict="conformant", reason=""),
        run(requirement(1, "untested"), verdict="not-verified"),
        run(requirement(1, "untested"), verdict="not-testable"),
    ],
    ids=["untestable", "error", "empty", "not-verified", "all-untested"],
)
def test_a_run_that_proves_nothing_is_red(result):
    """If nothing failed but the run is not a success, exactly one error says so."""
    errors = list(read(result).iter("error"))
    assert len(errors) == 1
    assert errors[0].get("message")


def test_a_conformant_run_has_one_case_a_requirement():
    """No case is added to a run that succeeded."""
    assert len(list(read(run(requirement(1), requirement(2), verdict="conformant")).iter("testcase"))) == 2


def test_hostile_content_is_shown_and_obeyed_nowhere():
    """The document of a hostile run is valid, small, one line a message, and shows the escapes."""
    content = junit(hostile())
    messages = [element.get("message") for element in read(hostile()).iter() if element.get("message")]
    assert b"\x1b" not in content
    assert r"\x1b[31m\x00\ud800\u202e\u2028\ufffe" in content.decode()
    assert messages
    assert all("\n" not in message and len(message) <= 300 for message in messages)
    assert len(junit(hostile(HOSTILE + "x" * 1_000_000))) < 4_000_000


def test_the_same_run_gives_the_same_bytes():
    """Nothing of the moment of writing is in the document."""
    assert junit(MIXED) == junit(MIXED)
