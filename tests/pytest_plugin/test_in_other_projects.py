"""The plugin in a project that is not this one: its options, a team's own test, and the items of the suite."""

from __future__ import annotations

import pytest

TARGET = ("--conformance-target", "reference-mijnklantportaal")
SUITE = ("--pyargs", "appointment_conformance.suite")


@pytest.fixture
def project(pytester, monkeypatch):
    """Return what runs pytest in the folder of another project, in a process of its own."""
    # As for every run of pytest in this project: the plugin of Schemathesis has nothing to do here.
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider -p no:schemathesis")
    return pytester


def test_options_marks_and_fixtures_are_shown(project):
    """Without a target or the suite, pytest's own lists have what the plugin adds, and nothing fails."""
    for option, line in [
        ("--help", "*--conformance-target=NAME*"),
        ("--markers", "@pytest.mark.must: *"),
        ("--fixtures", "conformance_result*session*"),
    ]:
        done = project.runpytest_subprocess(option)
        assert done.ret == 0
        done.stdout.fnmatch_lines([line])


def test_an_own_test_asserts_on_a_result(project):
    """A test of ten lines gets the result of a run, and passes and fails by what that says."""
    project.makepyfile(
        """
        def test_right(conformance_result):
            assert conformance_result.requirement("MKP-CANCEL-03", "cancel").passed

        def test_wrong(conformance_result):
            assert not conformance_result.requirement("MKP-CANCEL-03", "cancel").passed
        """
    )
    project.runpytest_subprocess(*TARGET).assert_outcomes(passed=1, failed=1)


def test_the_suite_is_collected_without_a_request(project):
    """`--co` shows the ids of the items, and no report is written."""
    done = project.runpytest_subprocess(*SUITE, *TARGET, "--co", "-q", "-m", "race")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*::MKP-RACE-01[[]cancel[]]"])
    assert not (project.path / "conformance-reports").exists()


def test_a_fault_fails_the_item_of_its_requirement(project):
    """The item of the requirement that does not hold fails, beside an own test that passes."""
    project.makepyfile("def test_own():\n    assert True\n")
    fault = (
        "--conformance-fault",
        "cancel-shows-status-in-capitals",
        "-k",
        "MKP-CANCEL-03 or MKP-CANCEL-06 or test_own",
    )
    done = project.runpytest_subprocess(*SUITE, "test_a_fault_fails_the_item_of_its_requirement.py", *TARGET, *fault)
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["FAILED *::MKP-CANCEL-03[[]cancel[]]*"])
