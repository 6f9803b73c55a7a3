"""What a Python program may use of the package, and what it can count on."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import appointment_conformance
from appointment_conformance import (
    ConfigurationError,
    events,
    read_targets,
    reference_target,
    run_target,
    testing,
    write_reports,
)
from appointment_conformance.api import Apis

PUBLIC = {
    *("ConfigurationError", "Fixtures", "RunResult", "SuiteError", "Target", "__version__", "events"),
    *("read_targets", "reference_target", "run_target", "write_reports"),
}
FOLDER = Path(appointment_conformance.__file__).parent
MKP = "reference-mijnklantportaal"
TOKEN = "Kq7vXw2ZtR9bLmYc4"


def test_the_public_names_are_exactly_these():
    """A name is public when it is listed here, and each that is listed can be imported."""
    assert set(appointment_conformance.__all__) == PUBLIC
    assert set(dir(appointment_conformance)) == PUBLIC
    assert all(getattr(appointment_conformance, name) is not None for name in PUBLIC)
    assert len(PUBLIC) <= 12
    fixtures = ["conformance_reports", "conformance_result", "conformance_run", "conformance_target"]
    assert testing.__all__ == ["ConformanceRun", "appointment_factory", *fixtures]


def test_a_name_that_does_not_exist_is_told_as_usual():
    """What is no name of the package is an AttributeError, and an ImportError where it is imported."""
    with pytest.raises(AttributeError, match="has no attribute 'run_targets'"):
        appointment_conformance.run_targets  # noqa: B018 - the access itself is asked about
    with pytest.raises(ImportError):
        from appointment_conformance import run_targets  # noqa: F401


def test_to_import_the_package_costs_nothing():
    """Every pytest run imports the package: its libraries come with the first name that needs them."""
    heavy = {"requests", "jsonschema", "yaml", "pytest", "hypothesis", "schemathesis", "uvicorn"}
    script = "import sys, appointment_conformance; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert not heavy & set(done.stdout.split())


def test_a_type_checker_knows_the_names(tmp_path):
    """The package tells mypy the type of each name, and that no others exist."""
    pytest.importorskip("mypy")
    (tmp_path / "used.py").write_text(
        "from pathlib import Path\n"
        "import appointment_conformance as suite\n"
        "def judged(name: str) -> suite.RunResult:\n"
        "    (target,) = suite.read_targets('targets.yaml', [name])\n"
        "    result = suite.run_target(target, on_event=print)\n"
        "    suite.write_reports(result, Path('reports'))\n"
        "    return result\n"
        "reveal_type(suite.events.RunBegan)\n"
        "suite.nothing\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "used.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, done.stdout
    assert 'Module has no attribute "nothing"' in errors[0]


def test_a_run_from_python_gives_result_events_and_reports_without_secrets(tmp_path):
    """The result knows its exchanges and what is secret: nobody has to pass either, and the reports show no token."""
    followed = []
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        result = run_target(target, output=tmp_path, on_event=followed.append)
        paths = write_reports(result, tmp_path / "reports")
        text = "".join(path.read_text() for path in paths)
        assert target.token not in text
    assert "${TOKEN}" in text or "${token}" in text
    assert (result.verdict, len(result.exchanges)) == ("not-conformant", result.requests)
    assert {path.name for path in paths} == {
        *("exchanges.har", "junit.xml", "report.html", "summary.md", "result.json"),
    }
    assert isinstance(followed[0], events.RunBegan)
    assert followed[-1] == events.RunFinished(result)


def test_known_deviations_of_the_target_are_applied(tmp_path):
    """What the owner of a target has declared is applied without asking for it."""
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        result = run_target(target, output=tmp_path)
        failed = [one for one in result.requirements if one.verdict == "failed" and one.gates]
        entries = [
            {
                "requirement": one.id,
                "operation": one.operation,
                "fingerprint": one.failure.fingerprint,
                "reason": "known",
                "ticket": "T-1",
                "owner": "us",
                "expires": "2999-01-01",
            }
            for one in failed
        ]
        known = tmp_path / "known.yaml"
        known.write_text(yaml.safe_dump(entries))
    with reference_target(MKP, faults=["cancel-shows-status-cancelled"]) as target:
        again = run_target(replace(target, deviations=known), output=tmp_path)
    assert (result.verdict, again.verdict) == ("not-conformant", "conformant-with-deviations")


def test_mistakes_are_one_sentence(tmp_path):
    """What cannot be used is a ConfigurationError that says what to do, before anything is sent."""
    file = tmp_path / "targets.yaml"
    file.write_text("targets: {own: {api: mijnklantportaal}}")
    with pytest.raises(ConfigurationError, match="base_url"):
        read_targets(file, ["own"])
    with pytest.raises(ConfigurationError, match=r"as in \['own'\]"):
        read_targets(file, "own")
    with pytest.raises(ConfigurationError, match="did you mean `reference-omneo`"):
        reference_target("reference-omnio")
    with reference_target(MKP) as target, pytest.raises(ConfigurationError, match="there is no API `omnio`"):
        run_target(replace(target, api="omnio"))
    with pytest.raises(ConfigurationError, match=r"as in \['cancel-shows-an-envelope'\]"):
        reference_target(MKP, faults="cancel-shows-an-envelope")
    with reference_target(MKP) as target, pytest.raises(ConfigurationError, match="did you mean `thorough`"):
        run_target(target, profile="thorouhg")
    with reference_target(MKP) as target, pytest.raises(ConfigurationError, match="is a production system"):
        run_target(replace(target, environment="production"))
    with reference_target(MKP) as target:
        (tmp_path / "known.yaml").write_text("- requirement: 1")
        with pytest.raises(ConfigurationError, match="known"):
            run_target(replace(target, deviations=tmp_path / "known.yaml"))


def test_a_library_logs_no_token_while_a_target_is_run(caplog, tmp_path):
    """What is logged during a run shows no token, whoever logs it."""

    def logs(event):
        if isinstance(event, events.ScenarioBegan):
            logging.getLogger("somebody").warning("the token is %s", TOKEN)

    with reference_target(MKP) as target:
        run_target(replace(target, token=TOKEN), output=tmp_path, on_event=logs)
    assert "the token is ${" in caplog.text
    assert TOKEN not in caplog.text


def test_a_new_fault_counts_at_a_built_in_target(monkeypatch):
    """A Python caller gets the verdict of the command: at a built-in target each fault is proof, stored or not."""
    monkeypatch.setattr(Apis, "proven_for", lambda *_: frozenset())
    with reference_target(MKP, faults=["cancel-shows-an-envelope"]) as target:
        assert run_target(target).verdict == "not-conformant"


def test_a_fault_that_is_named_twice_is_switched_on_once():
    """Both names mean the same fault."""
    with reference_target(MKP, faults=["cancel-shows-an-envelope"] * 2) as target:
        assert run_target(target).verdict == "not-conformant"
