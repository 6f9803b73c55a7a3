"""A targets file may come through a pipe: it is read once, for every process and every command."""

from __future__ import annotations

import json
import os
import threading

import pytest

from appointment_conformance.apis.mijnklantportaal.form import FORM
from appointment_conformance.provisioning.journal import Journal
from appointment_conformance.reference_apis import serve
from appointment_conformance.targets import Fixtures, Target

SUITE = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--pyargs", "appointment_conformance.suite")
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are not there on Windows")


@pytest.fixture
def reference():
    """A conforming API."""
    with serve("mijnklantportaal") as served:
        yield served


@pytest.fixture
def text(reference):
    """A targets file of the API, with its token in it."""
    return text_of(reference)


def text_of(reference):
    """Return a targets file with two targets: one API under two names, each with half of its appointments."""
    entry = {
        "api": "mijnklantportaal",
        "base_url": reference.base_url,
        "token": reference.token,
        "forbidden_token": reference.forbidden_token,
        "deviations": "known.yaml",
    }
    ids = reference.appointments
    halves = {"one": ids[: len(ids) // 2], "two": ids[len(ids) // 2 :]}
    return json.dumps(
        {"targets": {name: {**entry, "fixtures": {"appointments": half}} for name, half in halves.items()}}
    )


@pytest.fixture
def piped(command):
    """Run a module as a command with a text on its standard input."""
    return lambda text, *arguments: command(*arguments, text=text)


def verdicts(tmp_path):
    """Return the verdict of each target that has reports."""
    found = tmp_path.glob("conformance-reports/*/result.json")
    return {path.parent.name: json.loads(path.read_text())["verdict"] for path in found}


def holds(folder, secret):
    """Tell whether any file below a folder holds a secret."""
    return any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_a_run_reads_standard_input_once_for_all_its_processes(piped, text, tmp_path, reference, name):
    """Both targets of a piped file are judged, each in a process of its own, and no file holds the token."""
    done = piped(text, "appointment_conformance", "run", "--targets", name)
    assert done.returncode in {0, 4}, done.stdout + done.stderr
    assert set(verdicts(tmp_path)) == {"one", "two"}
    assert set(verdicts(tmp_path).values()) <= {"conformant", "not-verified"}
    assert not holds(tmp_path, reference.token)


def test_a_process_that_ends_before_it_has_read_the_file_is_an_error_of_the_suite(command, text, tmp_path):
    """A worker that dies before it takes over a large targets file leaves a report that says so, and no traceback."""
    (tmp_path / "targets.yaml").write_text(text + "\n" + "# much\n" * 50_000)
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'appointment_conformance.cli.worker' in sys.orig_argv:\n    os._exit(7)\n"
    )
    done = command("appointment_conformance", "run", "one", "--targets", "targets.yaml", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (5, "")
    assert verdicts(tmp_path) == {"one": "error"}


@needs_pipes
def test_a_run_reads_a_named_pipe(command, text, tmp_path):
    """A named pipe gives its content once, and that is enough."""
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text(text))
    writer.start()
    done = command("appointment_conformance", "run", "one", "--targets", "pipe")
    writer.join()
    assert done.returncode in {0, 4}, done.stdout + done.stderr
    assert set(verdicts(tmp_path)) == {"one"}


@pytest.mark.parametrize("name", ["plan", "doctor"])
def test_plan_and_doctor_read_standard_input(piped, text, name):
    """Commands that describe a target before a run accept a piped file, too."""
    done = piped(text, "appointment_conformance", name, "--targets", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert "two" in done.stdout


def test_the_deviations_of_a_piped_file_are_in_the_working_directory(piped, tmp_path):
    """`deviations init` writes the file that a piped targets file names where the command runs."""
    with serve("mijnklantportaal", faults=["cancel-shows-status-cancelled"]) as faulty:
        text = text_of(faulty)
        assert piped(text, "appointment_conformance", "run", "one", "--targets", "-").returncode == 1
        done = piped(text, "appointment_conformance", "deviations", "init", "one", "--targets", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert "MKP-CANCEL-03" in (tmp_path / "known.yaml").read_text()


def test_cleanup_reads_standard_input(piped, text, tmp_path, reference):
    """`cleanup` gets the token of a run from a piped file."""
    folder = tmp_path / "conformance-reports" / "one"
    elsewhere = Target("one", "mijnklantportaal", "https://x.example.com", "Own/Token+1234567", Fixtures(()), FORM)
    journal = Journal.start(folder, elsewhere, run_id="0123456789ab")
    journal.record_made(journal.record_intent("appointment", "m"), "/appointments/apt_x1")
    journal.close()
    done = piped(text, "appointment_conformance", "cleanup", "0123456789ab", "--targets", "-")
    assert done.returncode == 2
    assert f"is at {reference.base_url} now" in done.stderr


def test_pytest_reads_a_pipe_and_says_where_it_cannot(piped, text, tmp_path):
    """With -s pytest leaves standard input to the suite; without, one sentence says so."""
    done = piped(text, *SUITE, "-s", "--target", "one", "--targets", "-")
    assert done.returncode in {0, 4}, done.stdout + done.stderr
    assert set(verdicts(tmp_path)) == {"one"}
    refused = piped(text, *SUITE, "--target", "one", "--targets", "/dev/stdin")
    assert refused.returncode == 2
    assert "only with -s" in refused.stdout + refused.stderr


@pytest.mark.parametrize("name", ["run", "plan", "doctor"])
def test_an_empty_pipe_exits_2(piped, tmp_path, name):
    """What brings nothing, as a decryption that failed does, is one sentence."""
    done = piped("", "appointment_conformance", name, "--targets", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: -: the file is empty")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changes_after_it_was_read_changes_nothing(command, text, tmp_path):
    """The processes of a run use the file as it was checked, even if it no longer exists."""
    (tmp_path / "targets.yaml").write_text(text)
    (tmp_path / "sitecustomize.py").write_text(
        "import pathlib\nfrom appointment_conformance.pytest_plugin import chosen_targets\n"
        "read = chosen_targets.read_targets\n"
        "def then_gone(*a):\n    found = read(*a)\n    pathlib.Path('targets.yaml').unlink(True)\n    return found\n"
        "chosen_targets.read_targets = then_gone\n"
    )
    done = command("appointment_conformance", "run", "one", "--targets", "targets.yaml", PYTHONPATH=str(tmp_path))
    assert done.returncode in {0, 4}, done.stdout + done.stderr
    assert set(verdicts(tmp_path)) == {"one"}
