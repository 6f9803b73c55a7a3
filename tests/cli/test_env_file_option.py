"""`--env-file` gives variables to every command that reads a targets file, and no such file is read unasked."""

from __future__ import annotations

import json

import pytest

from appointment_conformance.reference_apis import serve

SECRET = "Kq7vXw2ZtR9bLmYc4"
#: Written when the process of a target starts: the variables of its environment.
STARTED = """
import json, os, sys
from pathlib import Path
if "appointment_conformance.cli.worker" in sys.orig_argv:
    Path({path!r}).write_text(json.dumps(dict(os.environ)))
"""


@pytest.fixture
def cli(command):
    """Run the command line."""
    return lambda *arguments, **options: command("appointment_conformance", *arguments, **options)


@pytest.fixture
def served(tmp_path):
    """Serve a conforming API, with a targets file that has its token in a variable; the file `own.env` sets that."""
    with serve("mijnklantportaal") as reference:
        entry = {
            "api": "mijnklantportaal",
            "base_url": reference.base_url,
            "token": "${MKP_TOKEN}",
            "deviations": "${KNOWN}",
            "fixtures": {"appointments": list(reference.appointments)},
        }
        (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"own": entry}}))
        (tmp_path / "own.env").write_text(f"export MKP_TOKEN='{reference.token}'\nKNOWN=known.yaml\n")
        yield reference


def test_a_run_uses_it_in_each_process(cli, served, tmp_path):
    """The process of a target gets the variables, not in its environment, and no report shows the token."""
    (tmp_path / "sitecustomize.py").write_text(STARTED.format(path=str(tmp_path / "environ")))
    done = cli("run", "--env-file", "own.env", PYTHONPATH=str(tmp_path))
    assert done.returncode == 4, done.stdout + done.stderr  # without a forbidden_token
    assert "MKP_TOKEN" not in json.loads((tmp_path / "environ").read_text())
    reports = (tmp_path / "conformance-reports").rglob("*")
    assert not any(served.token.encode() in path.read_bytes() for path in reports if path.is_file())


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("arguments", [["plan"], ["doctor"], ["deviations", "init", "own"]])
def test_other_commands_use_it(cli, arguments):
    """Without the file the variable is missed; with it the command gets further."""
    missed = cli(*arguments)
    assert missed.returncode == 2
    assert "line 1: `targets.own." in missed.stderr
    assert "is needed: it is not set" in missed.stderr
    assert "is needed" not in cli(*arguments, "--env-file", "own.env").stderr


@pytest.mark.usefixtures("served")
def test_no_file_is_read_unasked(cli, tmp_path):
    """A `.env` beside the targets file, or in the working directory, has no effect."""
    (tmp_path / "own.env").rename(tmp_path / ".env")
    done = cli("plan")
    assert (done.returncode, "MKP_TOKEN is needed" in done.stderr) == (2, True)
    assert cli("plan", "--env-file", ".env").returncode == 0


@pytest.mark.usefixtures("served")
def test_the_environment_comes_first(cli):
    """A variable that the environment has is taken from there."""
    done = cli("doctor", "--env-file", "own.env", MKP_TOKEN="another-token")
    assert (done.returncode, "fail  own  api: " in done.stdout) == (3, True)


@pytest.mark.usefixtures("served")
def test_it_may_come_from_a_pipe(cli, tmp_path):
    """Standard input is read once, for all processes of a run."""
    text = (tmp_path / "own.env").read_text()
    assert cli("run", "--env-file", "-", text=text).returncode == 4


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("name", ["run", "plan", "doctor", "cleanup"])
def test_a_wrong_line_ends_with_2(cli, tmp_path, name):
    """Exactly one sentence names the file and the line, also where the targets would need no variable."""
    (tmp_path / "own.env").write_text(f"A=1\n{SECRET}\n")
    run_id = ["1"] if name == "cleanup" else ["reference-mijnklantportaal"]
    done = cli(name, *run_id, "--env-file", "own.env")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(
        "error: own.env, line 2: this is not `NAME=value`; correct it, and close the quotes of a value that has some.\n"
    )
    assert SECRET not in done.stderr


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_pytest_uses_it(command, tmp_path, processes):
    """Every process of pytest gets the variables, and the command that repeats the run names the file."""
    options = ("--conformance-env-file", "own.env", "-p", "no:cacheprovider", "-p", "no:schemathesis", *processes)
    done = command("pytest", "--pyargs", "appointment_conformance.suite", *options)
    assert done.returncode == 4, done.stdout + done.stderr  # without a forbidden_token
    result = json.loads((tmp_path / "conformance-reports" / "own" / "result.json").read_text())
    assert "passed" in {one["verdict"] for one in result["requirements"]}
    assert "--targets targets.yaml --env-file own.env" in result["command"]
