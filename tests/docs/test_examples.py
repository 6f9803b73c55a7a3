"""The examples work unchanged."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from pages import ROOT, blocks, text_of

from appointment_conformance.cli.commands.merge import merge
from appointment_conformance.cli.commands.run import run
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.targets_file import read_targets

VARIABLES = {name: f"secret-{name}" for name in ("OMNEO_TOKEN", "OMNEO_READ_ONLY_TOKEN", "MKP_TOKEN", "MKP_READ_TOKEN")}


DEVIATIONS = ROOT / "examples" / "deviations.yaml"


@pytest.fixture
def run_example(command):
    """Run an example under plain pytest in a directory, independent of this test run's pytest."""

    def running(name, directory, **environ):
        arguments = ("-q", "-p", "no:cacheprovider", f"--rootdir={directory}", ROOT / "examples" / name)
        return command("pytest", *arguments, cwd=directory, PYTHONDONTWRITEBYTECODE="1", **environ)

    return running


def targets_file(target):
    """Return the text of a targets file with a built-in target as `own`; more keys of it can be appended."""
    keys = ("api", "base_url", "token", "forbidden_token")
    fixtures = {name: list(getattr(target.fixtures, name)) for name in ("appointments", "pending_appointments")}
    own = {**{key: getattr(target, key) for key in keys}, "fixtures": fixtures}
    return yaml.safe_dump({"targets": {"own": own}}, indent=2).rstrip()


def test_the_example_of_a_targets_file_is_one():
    """Both targets of the example are read, their tokens taken from the environment."""
    omneo, mkp = read_targets(ROOT / "examples" / "targets.yaml", (), VARIABLES)
    assert (omneo.api, mkp.api) == ("omneo", "mijnklantportaal")
    assert (omneo.token, mkp.forbidden_token) == ("secret-OMNEO_TOKEN", "secret-MKP_READ_TOKEN")
    assert omneo.fixtures.appointments == ("900001", "900002")
    assert mkp.limits.requests_per_minute == 60


def test_the_example_of_known_deviations_is_read():
    """The example declares what one defect breaks, with an owner and an end."""
    entries = read_deviations(DEVIATIONS)
    assert [entry.requirement for entry in entries] == ["MKP-CANCEL-08", "MKP-RACE-01"]
    assert {(entry.operation, entry.owner) for entry in entries} == {("cancel", "Team Appointments")}


def test_the_targets_of_the_readme_are_read(tmp_path):
    """The README's smallest targets file is valid."""
    (text,) = (block for block in blocks(text_of("README.md"), "yaml") if block.startswith("targets:"))
    file = tmp_path / "targets.yaml"
    file.write_text(text, encoding="utf-8")
    assert [target.name for target in read_targets(file, (), VARIABLES)] == ["omneo-staging"]


@pytest.mark.parametrize("name", ["test_staging.py", "test_own_validation.py"])
def test_an_example_of_a_test_passes(run_example, name, tmp_path):
    """An example passes under plain pytest, from an empty directory."""
    done = run_example(name, tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout


@pytest.mark.parametrize(("deviations", "code"), [("deviations: deviations.yaml", 0), ("description: none", 1)])
def test_the_example_of_a_test_applies_the_known_deviations(run_example, deviations, code, tmp_path):
    """A target that fails exactly as the example of known deviations declares passes; without the file it fails."""
    known = re.sub(r"(?m)^(  expires:).*", r"\1 2999-12-31", DEVIATIONS.read_text(encoding="utf-8"))
    (tmp_path / "deviations.yaml").write_text(known, encoding="utf-8")
    with reference_target("reference-mijnklantportaal", faults=["second-cancel-answers-400"]) as target:
        (tmp_path / "targets.yaml").write_text(f"{targets_file(target)}\n    {deviations}\n", encoding="utf-8")
        named = {"CONFORMANCE_TARGET": "own", "CONFORMANCE_TARGETS": "targets.yaml"}
        done = run_example("test_staging.py", tmp_path, **named)
    assert done.returncode == code, done.stdout[-2000:]
    assert ("'not-conformant' in" in done.stdout) is bool(code)


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_a_ci_file_runs_the_suite(name):
    """A CI file is YAML that runs the suite on a target of the example, and keeps the reports."""
    text = text_of(f"examples/ci/{name}")
    assert yaml.safe_load(text)
    (target,) = re.findall(r"appointment-conformance run (\S+) --targets targets\.yaml", text)
    assert target in yaml.safe_load(text_of("examples/targets.yaml"))["targets"]
    assert "conformance-reports" in text


SHARDED = {
    "examples/ci/github-actions-shards.yml": ("shards", "${{ matrix.shard }}"),
    "examples/ci/gitlab-ci-shards.yml": ("appointment conformance", "$CI_NODE_INDEX"),
}


@pytest.mark.parametrize("name", SHARDED)
def test_a_ci_file_with_shards_merges_what_they_write(name, monkeypatch):
    """Each of the parallel jobs runs a shard of its own that the command accepts, and the merge finds every output."""
    text = text_of(name)
    sharding, placeholder = SHARDED[name]
    job = yaml.safe_load(text)[sharding] if "gitlab" in name else yaml.safe_load(text)["jobs"][sharding]
    numbers = range(1, job["parallel"] + 1) if "gitlab" in name else job["strategy"]["matrix"]["shard"]
    monkeypatch.setenv("CI_NODE_TOTAL", str(len(numbers)))
    (line,), (merging,) = (re.findall(rf"appointment-conformance {word} (.+)", text) for word in ("run", "merge"))
    pattern, *rest = shlex.split(merging)
    for number in numbers:
        monkeypatch.setenv("CI_NODE_INDEX", str(number))
        parameters = run.make_context("run", shlex.split(line.replace(placeholder, str(number)))).params
        assert str(parameters["shard"]) == f"{number}/{len(numbers)}"
        assert fnmatch(str(parameters["output"]), pattern.removeprefix("all/"))
    assert merge.make_context("merge", [pattern, *rest]).params["output"] == Path("merged")


@pytest.mark.parametrize("name", SHARDED)
def test_the_merge_of_a_ci_file_is_the_gate(name):
    """The job that merges runs whatever the shards say, keeps the reports, and is the only one whose code counts."""
    document = yaml.safe_load(text_of(name))
    jobs, (sharding, _) = document.get("jobs", document), SHARDED[name]
    assert jobs["merged"]["needs"] in (sharding, [sharding])
    assert "always" in str(jobs["merged"].get("when") or jobs["merged"].get("if"))
    assert jobs[sharding].get("allow_failure") or jobs[sharding].get("continue-on-error")
    assert "always" in str(jobs[sharding].get("artifacts") or jobs[sharding]["steps"][-1])
    assert {"name": "merged", "path": "merged\nall", "overwrite": True} in [
        step.get("with") for step in jobs["merged"].get("steps", ())
    ] or jobs["merged"]["artifacts"]["paths"] == ["merged", "reports-*"]


def test_a_ci_file_with_shards_gives_the_variables_of_all_targets():
    """Each shard has every variable that the example of a targets file names."""
    targets = yaml.safe_dump(yaml.safe_load(text_of("examples/targets.yaml")))
    named = set(re.findall(r"\$\{(\w+)\}", targets))
    steps = yaml.safe_load(text_of("examples/ci/github-actions-shards.yml"))["jobs"]["shards"]["steps"]
    assert {name for step in steps for name in step.get("env", ())} == named
