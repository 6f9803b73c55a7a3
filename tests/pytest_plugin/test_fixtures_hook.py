"""Under pytest a plugin of the user's may give the fixtures of a run."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference_apis import serve

SUITE = ("pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--pyargs", "appointment_conformance.suite")
PLUGIN = """\
from appointment_conformance.targets import Fixtures
def pytest_conformance_fixtures(target):
    assert target.name == "own"
    return {fixtures}
"""


@pytest.fixture
def judged(command, tmp_path):
    """Run the suite with a plugin that returns what an expression says; return exit code, requests and result."""

    def judging(reference, expression):
        target = {
            "api": reference.api,
            "base_url": reference.base_url,
            "token": reference.token,
            "forbidden_token": reference.forbidden_token,
            "provision": True,
        }
        (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"own": target}}))
        (tmp_path / "my_fixtures.py").write_text(PLUGIN.format(fixtures=expression))
        done = command(*SUITE, "-p", "my_fixtures", "--target", "own", "--targets", tmp_path / "targets.yaml")
        reports = tmp_path / "conformance-reports" / "own"
        return done, json.loads((reports / "result.json").read_text()), list(reports.glob("journal-*"))

    return judging


def test_fixtures_of_a_plugin_are_used_and_none_are_made(judged):
    """The result of the hook replaces the target's fixtures."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        done, result, journals = judged(reference, f"Fixtures({reference.appointments[4:7]!r})")
        used = {name for name, one in reference.state.appointments.items() if one["status"] == "canceled"}
        assert set(reference.state.appointments) == before
    assert (done.returncode, result["verdict"], journals) == (0, "conformant", [])
    assert used <= set(reference.appointments[4:7])
    assert len(used) >= 2


def test_no_fixtures_of_a_plugin_leave_the_target_as_it_is(judged):
    """A hook that returns None changes nothing: the target has its fixtures made."""
    with serve("mijnklantportaal") as reference:
        done, result, journals = judged(reference, "None")
    assert (done.returncode, result["verdict"], len(journals)) == (0, "conformant", 1)


def test_anything_else_is_an_error_of_the_plugin(judged):
    """What is not `Fixtures` is refused before anything is sent."""
    with serve("mijnklantportaal") as reference:
        done, result, _ = judged(reference, "['apt_a1']")
        assert reference.state.requests == 0
    assert (done.returncode, result["verdict"]) == (5, "error")
    assert "pytest_conformance_fixtures" in result["reason"]
