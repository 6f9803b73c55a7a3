"""The examples work as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
import yaml
from pages import ROOT, blocks, text_of

from appointment_conformance.judging.deviations import read_deviations
from appointment_conformance.targets import read_targets

VARIABLES = {name: f"secret-{name}" for name in ("OMNEO_TOKEN", "OMNEO_READ_ONLY_TOKEN", "MKP_TOKEN", "MKP_READ_TOKEN")}


def test_the_example_of_a_targets_file_is_one():
    """Both targets of the example are read, their tokens taken from the environment."""
    omneo, mkp = read_targets(ROOT / "examples" / "targets.yaml", (), VARIABLES)
    assert (omneo.api, mkp.api) == ("omneo", "mijnklantportaal")
    assert (omneo.token, mkp.forbidden_token) == ("secret-OMNEO_TOKEN", "secret-MKP_READ_TOKEN")
    assert omneo.fixtures.appointments == ("900001", "900002")
    assert mkp.limits.requests_per_minute == 60


def test_the_example_of_known_deviations_is_read():
    """The example declares one failure, with an owner and an end."""
    (entry,) = read_deviations(ROOT / "examples" / "deviations.yaml")
    assert (entry.requirement, entry.operation, entry.owner) == ("MKP-CANCEL-08", "cancel", "Team Appointments")


def test_the_targets_of_the_readme_are_read(tmp_path):
    """The README's smallest targets file is one."""
    (text,) = (block for block in blocks(text_of("README.md"), "yaml") if block.startswith("targets:"))
    file = tmp_path / "targets.yaml"
    file.write_text(text, encoding="utf-8")
    assert [target.name for target in read_targets(file, (), VARIABLES)] == ["omneo-staging"]


@pytest.mark.parametrize("name", ["test_staging.py", "test_own_validation.py"])
def test_an_example_of_a_test_passes(name, tmp_path):
    """An example passes under plain pytest, from an empty directory."""
    path = ROOT / "examples" / name
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "CONFORMANCE_"))}
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", path],
        cwd=tmp_path,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_a_ci_file_runs_the_suite(name):
    """A CI file is YAML that runs the suite on a target of the example, and keeps the reports."""
    text = text_of(f"examples/ci/{name}")
    assert yaml.safe_load(text)
    (target,) = re.findall(r"appointment-conformance run (\S+) --targets targets\.yaml", text)
    assert target in yaml.safe_load(text_of("examples/targets.yaml"))["targets"]
    assert "conformance-reports" in text
