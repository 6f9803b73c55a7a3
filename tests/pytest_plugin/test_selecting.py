"""What pytest's users select and how: marks, ids, the last failures, a part that decides by itself."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

MKP = "reference-mijnklantportaal"
QUICK = ("pytest", "-p", "no:schemathesis", "-p", "no:randomly")
SUITE = (*QUICK, "--pyargs", "appointment_conformance.suite", "--target", MKP)
MODULE = "appointment_conformance.suite.test_requirements"
BROKEN = ("--conformance-fault", "second-cancel-answers-400")


@pytest.fixture
def suite(command):
    """Run the suite against the built-in target, with more arguments."""
    return lambda *more, **options: command(*SUITE, *more, **options)


def folder_in(directory):
    """Return the folder of the reports."""
    return directory / "conformance-reports" / MKP


@pytest.mark.parametrize(
    ("expression", "chosen", "left"),
    [
        ("must", "MKP-CANCEL-01", "HTTP-06"),
        ("should", "HTTP-06", "MKP-CANCEL-01"),
        ("cancel and auth", "MKP-AUTH-01", "MKP-RACE-01"),
        ("race", "MKP-RACE-01", "MKP-AUTH-01"),
    ],
)
def test_marks_select_by_level_operation_and_section(suite, expression, chosen, left):
    """`-m` works with strict markers, and no request is sent to collect."""
    done = suite("-m", expression, "--strict-markers", "--co", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"::{chosen}[cancel]" in done.stdout
    assert f"::{left}[cancel]" not in done.stdout


@pytest.mark.parametrize("option", ["--help", "--markers", "--fixtures"])
def test_any_run_shows_what_there_is(command, option):
    """Without the name of the suite pytest shows the options, marks and fixtures, and none without our prefix."""
    done = command(*QUICK, option)
    shown = {
        "--help": ("--conformance-target=", "--conformance-partial"),
        "--markers": ("@pytest.mark.must: appointment conformance", "@pytest.mark.unlink: appointment conformance"),
        "--fixtures": ("conformance_target [session scope]", "conformance_run [", "appointment_factory ["),
    }
    assert (done.returncode, [text for text in shown[option] if text not in done.stdout]) == (0, [])
    assert "\n  --target" not in done.stdout


@pytest.mark.parametrize("option", ["--lf", "--ff", "--sw"])
def test_the_last_failures_are_found_again(suite, option):
    """The ids of a first run are those of the next one, so its failures are selected, or come first."""
    assert suite(*(["--sw"] if option == "--sw" else []), *BROKEN).returncode == 1
    done = suite(option, "-v", *BROKEN)
    first = next(line for line in done.stdout.splitlines() if "::" in line)
    assert (done.returncode, "FAILED" in first) == (1, True), done.stdout[-2000:]
    if option == "--lf":
        assert "PASSED" not in done.stdout


def test_an_id_selects_one_item(command):
    """The id of an item may be given after the name of the module; the others are untested and nothing is verified."""
    done = command(*QUICK, "-v", "--pyargs", f"{MODULE}::MKP-RACE-01[cancel]", "--target", MKP)
    assert (done.returncode, done.stdout.count(" PASSED")) == (4, 1), done.stdout + done.stderr


def test_a_part_may_decide_by_itself(suite, tmp_path):
    """With --conformance-partial the verdict is that of the selection, and every report says so."""
    done = suite("-m", "race", "--conformance-partial")
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((folder_in(tmp_path) / "result.json").read_text())
    told = "This verdict is about a part only: 1 of 40 requirements were selected."
    assert (result["verdict"], result["partial"], result["reason"]) == ("conformant", True, told)
    assert told in done.stdout
    for name in ("junit.xml", "report.html", "summary.md"):
        # In Markdown a colon is written so that it has no effect.
        assert told in (folder_in(tmp_path) / name).read_text().replace("&#58;", ":")
    document = ET.parse(folder_in(tmp_path) / "junit.xml")  # noqa: S314 - our own file
    assert document.find(".//property[@name='partial']").get("value") == "true"


@pytest.mark.parametrize(
    ("selected", "code", "verdict"),
    [
        (["-m", "cancel", *BROKEN], 1, "not-conformant"),
        (["-k", "CANCEL-07 or CANCEL-08", *BROKEN], 1, "not-conformant"),
        (["-m", "should"], 4, "not-verified"),
        (["-k", "nothing_at_all"], 4, "not-verified"),
    ],
)
def test_a_part_that_does_not_hold_decides_as_well(suite, tmp_path, selected, code, verdict):
    """A failure in the selection fails it, and neither advice alone nor nothing at all is a success."""
    done = suite("--conformance-partial", *selected)
    result = json.loads((folder_in(tmp_path) / "result.json").read_text())
    assert (done.returncode, result["verdict"]) == (code, verdict), done.stdout[-2000:]


def test_a_conftest_may_have_a_target_of_its_own(command, tmp_path):
    """Its --target stays its own; the suite asks for its own option, and both work together."""
    (tmp_path / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--target')\n")
    (tmp_path / "test_own.py").write_text("def test_own(pytestconfig):\n    assert pytestconfig.option.target == 'x'\n")
    where = (*QUICK, "--pyargs", "appointment_conformance.suite", "test_own.py")
    refused = command(*where, "--target", "x")
    told = refused.stdout + refused.stderr
    assert (refused.returncode, told.count("give the suite --conformance-target."), "Traceback" in told) == (
        2,
        1,
        False,
    )
    both = command(
        *where, "--target", "x", "--conformance-target", MKP, "--conformance-partial", "-m", "race or not must"
    )
    assert both.returncode in {0, 4}, both.stdout + both.stderr
    assert f"{MKP} is conformant" in both.stdout


def test_a_conftest_that_is_loaded_later_may_have_one(command, tmp_path):
    """A conftest.py that pytest loads only while it collects adds what it likes, and the suite has read its own."""
    (tmp_path / "own" / "below").mkdir(parents=True)
    (tmp_path / "own" / "below" / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--target')\n"
    )
    (tmp_path / "own" / "below" / "test_own.py").write_text("def test_own():\n    pass\n")
    done = command(*SUITE, "own", "-m", "race", "--conformance-partial", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
