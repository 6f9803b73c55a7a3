"""The suite under plain pytest has the same reports and exit codes, and does not change other pytest runs."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference.state import FORBIDDEN_TOKEN, FULL_TOKEN

MKP = "reference-mijnklantportaal"
# The suite needs no plugin of Schemathesis, which is slow to load.
QUICK = ("pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:randomly")
SUITE = (*QUICK, "--pyargs", "appointment_conformance.suite")
ARTEFACTS = {"junit.xml", "report.html", "result.json", "exchanges.har", "summary.md"}


@pytest.fixture
def suite(command):
    """Run the suite against the built-in target, with more arguments."""
    return lambda *more, **options: command(*SUITE, "--target", MKP, *more, **options)


def result_in(directory):
    """Return the result of the run that wrote its reports below a directory."""
    folder = directory / "conformance-reports" / MKP
    assert {path.name for path in folder.iterdir()} == ARTEFACTS
    return json.loads((folder / "result.json").read_text())


def verdicts(result):
    """Return the verdict of each requirement and operation."""
    return {(one["id"], one["operation"]): one["verdict"] for one in result["requirements"]}


def test_an_empty_directory_gives_the_reports_of_a_run(command, tmp_path):
    """Plain pytest exits 0, shows each requirement as an item, and its result is that of the command."""
    (tmp_path / "command").mkdir()
    done = command("pytest", "-v", "--pyargs", "appointment_conformance.suite", "--target", MKP)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "MKP-CANCEL-03[cancel] PASSED" in done.stdout
    assert f"{MKP} is conformant\n" in done.stdout
    assert command("appointment_conformance", "run", MKP, cwd=tmp_path / "command").returncode == 0
    ours, theirs = result_in(tmp_path), result_in(tmp_path / "command")
    assert verdicts(ours) == verdicts(theirs)
    assert ours["verdict"] == theirs["verdict"] == "conformant"


def test_a_directory_with_plans_of_its_own_changes_nothing(suite, tmp_path):
    """Modules with the names of ours, other test file names and disabled plugins do not change the run."""
    for name in ("reports.py", "strategies.py", "specs.py"):
        (tmp_path / name).write_text("raise SystemExit('taken from the wrong place')\n")
    ini = "[pytest]\npython_files = check_*.py\npython_functions = check_*\naddopts = -p no:warnings -p no:doctest\n"
    (tmp_path / "pytest.ini").write_text(ini)
    assert suite().returncode == 0
    assert set(verdicts(result_in(tmp_path)).values()) == {"passed"}


def test_a_defect_exits_1_with_what_was_expected(suite, tmp_path):
    """A requirement that does not hold is a failed item that shows its source and how to replay it."""
    done = suite("--conformance-fault", "cancel-shows-status-cancelled")
    assert done.returncode == 1
    assert all(part in done.stdout for part in ("MKP-CANCEL-03 (cancel)", "source:", "expected:", "curl "))
    result = result_in(tmp_path)
    assert result["verdict"] == "not-conformant"
    assert done.stdout.count(f"{MKP} is not-conformant\n  {result['reason']}\n") == 1
    assert f"  reports: conformance-reports/{MKP}/report.html\n" in done.stdout


def test_a_run_of_nothing_is_never_verified(suite, tmp_path):
    """A configuration that deselects everything never makes a run exit 0."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -k nothing-at-all\n")
    assert suite().returncode not in {0, 1}
    written = tmp_path / "conformance-reports" / MKP / "result.json"
    assert not written.exists() or json.loads(written.read_text())["verdict"] == "not-verified"


def test_a_part_says_what_was_not_run(suite, tmp_path):
    """A run of one requirement exits 4; the others are untested with that reason."""
    assert suite("-k", "MKP-CANCEL-03").returncode == 4
    result = result_in(tmp_path)
    assert verdicts(result)["MKP-CANCEL-03", "cancel"] == "passed"
    assert any("deselected" in one["reason"] for one in result["requirements"])


def test_collecting_sends_nothing(suite, tmp_path):
    """Collection lists the requirements, sends no request and writes no report."""
    done = suite("--collect-only", "-q")
    assert done.returncode == 0
    assert "test_requirements.py::MKP-CANCEL-03[cancel]" in done.stdout
    assert f"{MKP} is" not in done.stdout
    assert not (tmp_path / "conformance-reports").exists()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (
            [],
            "--target is missing; built in are reference-omneo, reference-mijnklantportaal, for others give --targets.",
        ),
        (["--target", MKP, "--conformance-fault", "nosuch"], "nosuch"),
    ],
)
def test_a_mistake_exits_2_with_one_sentence(command, arguments, part):
    """A missing or unknown target, file or fault gives one sentence without a traceback."""
    done = command(*SUITE, *arguments)
    assert done.returncode == 2
    assert part in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_another_run_is_untouched(command, tmp_path):
    """A run that does not name the suite keeps its own `--target`, its exit code and its files."""
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n"
        "    parser.addoption('--target')\n"
        "    parser.addoption('--targets')\n"
        "    parser.addoption('--about')\n"
    )
    (tmp_path / "test_own.py").write_text("def test_own(pytestconfig):\n    assert pytestconfig.option.target == 'x'\n")
    done = command(*QUICK, "-q", "--target", "x", "--about=appointment_conformance")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "appointment conformance" not in done.stdout
    assert not (tmp_path / "conformance-reports").exists()


def test_a_file_of_the_suite_may_be_named_by_its_path(command):
    """The file of the suite, given as a path, is collected by the same rules as the package."""
    from appointment_conformance.pytest_plugin import plugin

    file = plugin.SUITE / "test_requirements.py"
    done = command(*QUICK, "--target", MKP, "--collect-only", "-q", file)
    assert done.returncode == 0
    assert "MKP-CANCEL-03[cancel]" in done.stdout


BREAKS = """\
target = None

def pytest_conformance_fixtures(target):
    globals()["target"] = target

def pytest_conformance_scenario(name):
    headers = {"Authorization": f"Bearer {target.token}"}
    raise RuntimeError(f"broken with {headers}")
"""


def test_an_error_of_a_plugin_or_ours_shows_no_credentials(suite, tmp_path):
    """Where something breaks, the place of it is shown, and neither pytest's output nor its JUnit has the token."""
    (tmp_path / "breaks.py").write_text(BREAKS)
    shown = ("-p", "breaks", "-l", "-vv", "-rA", "--junitxml=own.xml")
    done = suite(*shown, PYTHONPATH=str(tmp_path))
    told = done.stdout + done.stderr + (tmp_path / "own.xml").read_text()
    assert done.returncode == 5
    assert "breaks.py" in told
    assert "broken with" in told
    assert "Bearer ${TOKEN}" in told
    assert all(token not in told for token in (FULL_TOKEN, FORBIDDEN_TOKEN))
