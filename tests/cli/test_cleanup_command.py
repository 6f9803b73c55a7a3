"""`cleanup` removes what a killed run left at its target, and nothing else."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

import processes
from appointment_conformance.reference_apis import serve

KILLED = """\
import itertools, os
from appointment_conformance.engine.context import ScenarioContext
sent, original = itertools.count(), ScenarioContext.send
def send(context, probe):
    if next(sent) == 6:
        os.kill(os.getpid(), 9)
    return original(context, probe)
ScenarioContext.send = send
"""

HELD = """\
import itertools, socket, sys
if "-P" in sys.orig_argv:
    from appointment_conformance.engine.context import ScenarioContext
    line, sent, original = socket.create_connection(("127.0.0.1", {port})), itertools.count(), ScenarioContext.send
    def send(context, probe):
        if next(sent) == 6:
            line.sendall(b"x")
            line.recv(1)
        return original(context, probe)
    ScenarioContext.send = send
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


@contextmanager
def held_run(directory, targets):
    """Yield the process and the id of a run that has made its fixtures and goes on when the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        (directory / "sitecustomize.py").write_text(HELD.format(port=listener.getsockname()[1]))
        environ, quiet = {"PYTHONPATH": str(directory)}, {"stdout": subprocess.DEVNULL, "stderr": None}
        run = ("appointment_conformance", "run", "--targets", targets)
        with processes.started(directory, *run, environ=environ, **quiet) as process:
            try:
                listener.settimeout(60)
                with listener.accept()[0] as line:
                    assert line.recv(1)
                    (directory / "sitecustomize.py").unlink()
                    (journal,) = (directory / "conformance-reports" / "own").glob("journal-*.jsonl")
                    yield process, journal.stem.removeprefix("journal-")
                process.wait(60)
            finally:
                process.kill()


def standing(reference, before):
    """Return the appointments that are scheduled now and were not there before."""
    appointments = reference.state.appointments
    return [name for name in appointments if name not in before and appointments[name]["status"] == "scheduled"]


def test_what_a_killed_run_made_is_removed(cli, tmp_path):
    """After a kill, records are left and the report says how to remove them; a clean-up removes only these, once."""
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


@pytest.mark.skipif(sys.platform == "win32", reason="there nothing tells that a run is still going on")
def test_a_run_that_is_alive_is_left_alone(cli, tmp_path):
    """Cleaning up after a run that is still going on is refused with exit code 2, and takes nothing from it."""
    with serve("mijnklantportaal") as reference:
        before, targets = set(reference.state.appointments), targets_file(tmp_path, reference)
        with held_run(tmp_path, targets) as (process, run_id):
            made, requests = standing(reference, before), reference.state.requests
            refused = cli("cleanup", run_id, "--targets", targets)
            assert made
            assert (standing(reference, before), reference.state.requests) == (made, requests)
        assert process.returncode == 0
        assert standing(reference, before) == []
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert f"run {run_id} is still going on" in refused.stderr


def test_what_cannot_be_removed_is_named(cli, tmp_path):
    """If the target no longer answers, every record is named as left behind, and the exit code says so."""
    with serve("mijnklantportaal") as reference:
        _, run_id = killed_run(cli, tmp_path, reference)
    done = cli("cleanup", run_id, "--targets", tmp_path / "own.yaml")
    assert done.returncode == 1
    assert "0 removed" in done.stdout
    assert done.stdout.count("appointment apt_") >= 2


def test_mistakes_exit_2_and_send_nothing(cli, tmp_path):
    """An unknown run, a missing file and another address give one sentence each."""
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


def test_a_target_that_is_read_only_by_now_is_left_alone(cli, tmp_path):
    """If the targets file now forbids all changes, removing is refused, too, with a message."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        _, run_id = killed_run(cli, tmp_path, reference)
        left, file = standing(reference, before), tmp_path / "own.yaml"
        target = json.loads(file.read_text())["targets"]["own"]
        del target["provision"]
        file.write_text(json.dumps({"targets": {"own": {**target, "read_only": True}}}))
        done = cli("cleanup", run_id, "--targets", file)
        assert (done.returncode, "read_only" in done.stderr) == (2, True)
        assert left
        assert standing(reference, before) == left


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


def test_a_changed_journal_cancels_nobody_elses_appointment(cli, tmp_path):
    """An appointment that somebody added to the journal is not changed but named; the exit code is 1."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        _, run_id = killed_run(cli, tmp_path, reference)
        (journal,) = (tmp_path / "conformance-reports" / "own").glob("journal-*.jsonl")
        lines, victim = journal.read_text().splitlines(), reference.appointments[0]
        line = {**json.loads(lines[-1]), "number": 90, "path": f"/appointments/{victim}", "state": "made"}
        journal.write_text("\n".join([*lines, json.dumps(line), ""]))
        done = cli("cleanup", run_id, "--targets", tmp_path / "own.yaml")
        assert reference.state.appointments[victim]["status"] == "scheduled"
        assert standing(reference, before) == []
    assert (done.returncode, done.stderr) == (1, "")
    assert f"appointment {victim} " in done.stdout
    assert "1 left behind" in done.stdout
    assert "a read shows a record of somebody else there, so it is not removed" in done.stdout


def test_a_journal_of_an_earlier_version_is_refused(cli, tmp_path):
    """A journal without digests is one sentence with exit code 2, and nothing is sent."""
    with serve("mijnklantportaal") as reference:
        _, run_id = killed_run(cli, tmp_path, reference)
        (journal,) = (tmp_path / "conformance-reports" / "own").glob("journal-*.jsonl")
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        bare = [{name: line[name] for name in line if name not in {"digest", "salt", "readable"}} for line in lines]
        journal.write_text("".join(f"{json.dumps(line)}\n" for line in bare))
        requests = reference.state.requests
        done = cli("cleanup", run_id, "--targets", tmp_path / "own.yaml")
        assert reference.state.requests == requests
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "has no digests" in done.stderr


def test_a_token_that_was_changed_since_removes_what_reads_show(cli, tmp_path):
    """With another valid token a clean-up goes by what reads show, and removes all that the killed run has made."""
    with serve("mijnklantportaal") as reference:
        before = set(reference.state.appointments)
        _, run_id = killed_run(cli, tmp_path, reference)
        file = tmp_path / "own.yaml"
        target = json.loads(file.read_text())["targets"]["own"]
        file.write_text(json.dumps({"targets": {"own": {**target, "token": reference.second_token}}}))
        assert standing(reference, before)
        done = cli("cleanup", run_id, "--targets", file)
        assert standing(reference, before) == []
    assert (done.returncode, "0 left behind" in done.stdout) == (0, True)
