"""`cleanup` removes what a killed run left at its target, and nothing else."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference import serve

KILLED = """\
import itertools, os
from appointment_conformance.scenarios.stage import Stage
sent, original = itertools.count(), Stage.send
def send(stage, probe):
    if next(sent) == 6:
        os.kill(os.getpid(), 9)
    return original(stage, probe)
Stage.send = send
"""


@pytest.fixture
def cli(command):
    """Run the command line with arguments."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, **options)


def targets_file(directory, reference, *, base_url=None, name="own"):
    """Write a targets file that has the fixtures of a reference API made, and return its path."""
    target = {
        "api": reference.api,
        "base_url": base_url or reference.base_url,
        "token": reference.token,
        "forbidden_token": reference.forbidden_token,
        "provision": True,
    }
    path = directory / f"{name}.yaml"
    path.write_text(json.dumps({"targets": {name: target}}))
    return path


def killed_run(cli, directory, reference):
    """Have a run killed after its fixtures were made; return what it said and its id."""
    (directory / "sitecustomize.py").write_text(KILLED)
    done = cli("run", "--targets", targets_file(directory, reference), PYTHONPATH=str(directory))
    (directory / "sitecustomize.py").unlink()
    (journal,) = (directory / "conformance-reports" / "own").glob("journal-*.jsonl")
    return done, journal.stem.removeprefix("journal-")


def standing(reference, before):
    """Return the appointments that are scheduled now and were not there before."""
    appointments = reference.state.appointments
    return [name for name in appointments if name not in before and appointments[name]["status"] == "scheduled"]


def test_what_a_killed_run_made_is_removed(cli, tmp_path):
    """After a kill records stand and the report says how to remove them; cleaning up removes those alone, once."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        done, run_id = killed_run(cli, tmp_path, reference)
        assert done.returncode == 5
        assert f"cleanup {run_id}" in done.stdout
        assert standing(reference, before)
        first = cli("cleanup", run_id, "--targets", tmp_path / "own.yaml")
        assert (first.returncode, standing(reference, before)) == (0, [])
        again = cli("cleanup", run_id, "--targets", tmp_path / "own.yaml")
        assert (again.returncode, again.stdout) == (0, "0 removed, 0 left behind\n")
        assert all(reference.state.appointments[name]["status"] != "canceled" for name in reference.appointments)
    assert reference.token not in first.stdout + first.stderr + done.stdout + done.stderr


def test_what_cannot_be_removed_is_named(cli, tmp_path):
    """Where nobody answers any more everything is left behind, by id, and the exit code says so."""
    with serve("mijnklantportaal") as reference:
        _, run_id = killed_run(cli, tmp_path, reference)
    done = cli("cleanup", run_id, "--targets", tmp_path / "own.yaml")
    assert done.returncode == 1
    assert "0 removed" in done.stdout
    assert done.stdout.count("appointment apt_") >= 2


def test_mistakes_exit_2_and_send_nothing(cli, tmp_path):
    """An unknown run, a missing file and another address are told in one sentence."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        _, run_id = killed_run(cli, tmp_path, reference)
        left, requests = standing(reference, before), reference.state.requests
        moved = targets_file(tmp_path, reference, base_url="https://api.example.com/v1")
        for arguments, part in [
            (("nosuch",), "no journal of a run nosuch"),
            ((run_id,), "--targets"),
            ((run_id, "--targets", moved), "api.example.com"),
            ((run_id, "--targets", targets_file(tmp_path, reference, name="another")), "no target `own`"),
        ]:
            done = cli("cleanup", *arguments)
            assert (done.returncode, part in done.stderr, "Traceback" in done.stderr) == (2, True, False)
        assert (standing(reference, before), reference.state.requests) == (left, requests)


def test_an_ordinary_run_leaves_nothing_to_clean_up(cli, tmp_path):
    """A run that ends by itself has removed what it made, under any name of the reports' directory."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        done = cli("run", "--targets", targets_file(tmp_path, reference), "--output", "elsewhere")
        assert done.returncode == 0, done.stdout[-2000:]
        assert standing(reference, before) == []
    (journal,) = (tmp_path / "elsewhere" / "own").glob("journal-*.jsonl")
    again = cli("cleanup", journal.stem.removeprefix("journal-"), "--output", "elsewhere")
    assert (again.returncode, "0 removed" in again.stdout) == (0, True)
