"""The end of a run says on the console what its reports say."""

from __future__ import annotations

import io
import json

import pytest
import rich.console

from appointment_conformance.cli.console import Console
from appointment_conformance.pytest_plugin.summary_lines import summary_lines
from appointment_conformance.wording import amount

RESULT = {
    "target": "own",
    "verdict": "not-verified",
    "reason": "",
    "requirements": [{"verdict": "passed", "failure": None}, {"verdict": "untested", "failure": None}],
    "requests": 1,
    "appointments_consumed": 1,
    "duration_seconds": 0.25,
}


@pytest.mark.parametrize(("count", "told"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries")])
def test_a_number_agrees_with_its_noun(count, told):
    """One entry is not called entries, and none are."""
    assert amount(count, "entry", "entries") == told


def test_one_is_one(tmp_path):
    """One request is not called requests, and a verdict without a reason has no line for it."""
    (tmp_path / "report.html").touch()
    told = summary_lines(RESULT, tmp_path)
    assert told == (
        "1 passed, 1 untested; 1 request, 1 fixture used, 0.2 s",
        f"reports: {tmp_path / 'report.html'}",
    )


def test_advice_is_no_failure(tmp_path):
    """Advice that did not hold is counted apart from what made the target fail, as in the other reports."""
    failed = {"verdict": "failed", "failure": None}
    told = summary_lines({**RESULT, "requirements": [{**failed, "gates": False}, {**failed, "gates": True}]}, tmp_path)
    assert told[0].startswith("1 advisory, 1 failed; ")


def test_what_to_add_is_listed(tmp_path):
    """Each remedy has a line with the requirements that it is for."""
    one = {"id": "MKP-OWN-01", "operation": "cancel", "verdict": "untested", "failure": None, "remedy": "add this."}
    told = summary_lines({**RESULT, "requirements": [one, {**one, "id": "MKP-OWN-02"}]}, tmp_path)
    assert told[1] == "untested: MKP-OWN-01 (cancel), MKP-OWN-02 (cancel): add this."


def test_all_that_is_left_behind_is_named(tmp_path):
    """A reason that names eight appointments is shown whole."""
    names = [f"appointment apt_{number:032x} (conformance-{number}@example.com)" for number in range(8)]
    (tmp_path / "result.json").write_text(json.dumps({**RESULT, "reason": f"Left behind: {'; '.join(names)}."}))
    shown = io.StringIO()
    Console(rich.console.Console(file=shown, width=80)).conclude("own", tmp_path)
    assert all(name in shown.getvalue() for name in names)
    assert shown.getvalue().startswith("own is not-verified\n")


@pytest.mark.parametrize(
    ("level", "gates", "verdict", "told"),
    [
        ("MUST", True, "untested", "  IGNORED OMN-OK-01 (link) A title\n"),
        ("SHOULD", False, "failed", "  ADVICE OMN-OK-01 (link) A title\n"),
        ("SHOULD", True, "failed", "  FAILED OMN-OK-01 (link) A title (SHOULD: advice, which gates here)\n"),
    ],
)
def test_a_failure_is_called_what_it_decides(level, gates, verdict, told, tmp_path):
    """What was seen of a requirement that decides nothing is not called a failure; advice that gates is."""
    failure = {"expected": "this", "actual": "that", "curl": "curl", "fingerprint": ""}
    one = {"id": "OMN-OK-01", "operation": "link", "title": "A title", "level": level, "gates": gates, "blocked": False}
    requirements = [{**one, "verdict": verdict, "reason": "1 of 1 deviate; unproven", "failure": failure}]
    (tmp_path / "result.json").write_text(json.dumps({**RESULT, "requirements": requirements}))
    shown = io.StringIO()
    Console(rich.console.Console(file=shown, width=80)).conclude("own", tmp_path)
    assert told in shown.getvalue()
