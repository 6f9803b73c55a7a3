"""Tests of a team ask for the result of a run, which is played once, also in several processes."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference_apis import serve

QUICK = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:randomly")
MKP, OMNEO = "reference-mijnklantportaal", "reference-omneo"
#: Each test runs in a process of its own, if there are several: both ask for the same run.
TESTS = """\
import pytest

@pytest.mark.parametrize("number", range(4))
def test_ours(conformance_result, conformance_run, number):
    assert conformance_result is conformance_run.result
    assert conformance_result.requirement("MKP-CANCEL-03", "cancel").passed
    assert (conformance_run.reports / "report.html").is_file()
"""
CONFTEST = """\
import pytest

@pytest.fixture(scope="session")
def appointment_factory():
    return lambda target: {made!r}
"""


@pytest.fixture
def targets(tmp_path):
    """Write a targets file with one target, whose fixtures do not exist."""

    def writing(reference):
        own = {
            "api": reference.api,
            "base_url": reference.base_url,
            "token": reference.token,
            "forbidden_token": reference.forbidden_token,
            "fixtures": {"appointments": ["apt_000000000000000"]},
        }
        (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"own": own}}))

    return writing


@pytest.mark.parametrize("processes", [(), ("-n", "3")], ids=["one process", "three processes"])
def test_a_run_with_made_appointments_is_played_once(command, tmp_path, targets, processes):
    """The appointments of the factory are used, and as many requests are sent as the one result has."""
    (tmp_path / "test_own.py").write_text(TESTS)
    with serve("mijnklantportaal") as reference:
        targets(reference)
        (tmp_path / "conftest.py").write_text(CONFTEST.format(made=list(reference.appointments[:8])))
        done = command(*QUICK, "--conformance-target", "own", "--conformance-output", "out", *processes)
        sent = reference.state.requests
    assert done.returncode == 0, done.stdout[-3000:]
    result = json.loads((tmp_path / "out" / "own" / "result.json").read_text())
    assert (result["verdict"], result["requests"]) == ("conformant", sent)


def test_the_suite_and_own_tests_share_the_run_of_each_target(command, tmp_path):
    """With two targets, four processes and the suite, a test runs for each target and sees its result."""
    (tmp_path / "test_own.py").write_text(
        "def test_ours(conformance_target, conformance_result):\n"
        "    assert conformance_result.target == conformance_target.name\n"
        "    assert conformance_result.verdict == 'conformant', conformance_result.reason\n"
    )
    suite = ("--pyargs", "appointment_conformance.suite", "test_own.py", "--target", MKP, "--target", OMNEO)
    done = command(*QUICK, *suite, "-n", "4", "-vv")
    assert done.returncode == 0, done.stdout[-3000:]
    assert all(f"test_ours[{name}]" in done.stdout for name in (MKP, OMNEO))
    found = {
        name: json.loads((tmp_path / "conformance-reports" / name / "result.json").read_text()) for name in (MKP, OMNEO)
    }
    assert {result["verdict"] for result in found.values()} == {"conformant"}


@pytest.mark.parametrize(
    ("arguments", "test", "sentence"),
    [
        ((), "conformance_target", "give --conformance-target"),
        (("--conformance-target", "nosuch"), "conformance_target", "there is no targets.yaml here"),
        (("--conformance-target", MKP, "--conformance-profile", "fast"), "conformance_run", "is one of gate, thorough"),
        (
            ("--conformance-target", "a", "--conformance-targets", "no.yaml"),
            "conformance_run",
            "cannot be read: No such",
        ),
    ],
)
def test_a_mistake_is_one_sentence(command, tmp_path, arguments, test, sentence):
    """A test that cannot have its fixture says what to do, without a traceback of the suite."""
    (tmp_path / "test_own.py").write_text(f"def test_ours({test}):\n    pass\n")
    done = command(*QUICK, *arguments)
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout
    assert "fixtures.py:" not in done.stdout
    assert "exception" not in done.stdout


def test_what_a_factory_returns_is_checked(command, tmp_path):
    """Anything but fixtures and ids is told in one sentence, and nothing is sent."""
    (tmp_path / "conftest.py").write_text(CONFTEST.format(made=7))
    (tmp_path / "test_own.py").write_text(
        "def test_ours(conformance_result):\n"
        "    assert 'appointment_factory has to return' in conformance_result.reason\n"
        "    assert (conformance_result.verdict, conformance_result.requests) == ('error', 0)\n"
    )
    done = command(*QUICK, "--conformance-target", MKP)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("end", ["pytest.fail('too slow')", "raise OSError('no route', sent)"])
def test_what_ends_a_run_shows_no_token(command, tmp_path, end):
    """With `-l` whatever ends a run, as a plugin that limits time does, is named without the variables of functions."""
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(scope='session')\ndef appointment_factory():\n    def make(target):\n"
        f"        sent = 'Bearer ' + target.token\n        {end}\n    return make\n"
    )
    (tmp_path / "test_own.py").write_text("def test_ours(conformance_result):\n    pass\n")
    done = command(*QUICK, "-l", "--conformance-target", MKP)
    assert (done.returncode, end.split("'")[1] in done.stdout) == (1, True), done.stdout[-2000:]
    assert "Bearer Ref" not in done.stdout + done.stderr
