"""However a run is ended, it leaves no process and no old report, and its reports say what was known."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hostile_command import run_cli, started
from hostile_server import hostile, relayed

import processes
from appointment_conformance.reference_apis import serve
from appointment_reports import result_schema

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to the command and its workers")
IGNORES_SIGINT = "import signal, sys\nif '-P' in sys.orig_argv: signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
FULL_DISK = """
import errno
from pathlib import Path
from appointment_reports import artefacts
def full(*_, **__): raise OSError(errno.ENOSPC, "No space left on device")
artefacts.{writer} = full
"""


class Course:
    """A run in a process of its own, at a target that serves `requests` answers and then holds its breath."""

    def __init__(self, directory, requests, sitecustomize=""):
        """Start nothing yet."""
        self.directory, self._requests, self._sitecustomize = directory, requests, sitecustomize
        self.held, self.left, self._count = threading.Event(), threading.Event(), 0

    @contextmanager
    def under_way(self):
        """Yield the process of the run once its target holds its breath."""
        with serve("mijnklantportaal") as reference:
            port = int(reference.base_url.split(":")[2].split("/")[0])
            behave = partial(self._behave, port=port)
            with hostile(behave) as server, self._started(reference, server.port) as process:
                try:
                    assert self.held.wait(60)
                    yield process
                finally:
                    process.kill()

    def _behave(self, line, request, port):
        self._count += 1
        if self._count <= self._requests:
            status, body = relayed(port, request)
            head = b"Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
            line.send(b"HTTP/1.1 %d Told\r\n" % status + head + body)
            return
        self.held.set()
        line.await_farewell()
        self.left.set()

    @contextmanager
    def _started(self, reference, port):
        (self.directory / "sitecustomize.py").write_text(self._sitecustomize)
        (self.directory / "targets.yaml").write_text(
            f"targets:\n  held:\n    api: mijnklantportaal\n    base_url: http://127.0.0.1:{port}/v1\n"
            f"    token: {reference.token}\n    forbidden_token: {reference.forbidden_token}\n"
            f"    fixtures: {{appointments: [{', '.join(reference.appointments)}]}}\n"
            "    limits: {timeout_seconds: 60}\n"
        )
        path = os.pathsep.join([str(self.directory), os.environ.get("PYTHONPATH", "")])
        run = ("appointment_conformance", "run", "--targets", "targets.yaml")
        with processes.started_anew(self.directory, *run, environ={"PYTHONPATH": path}) as process:
            yield process

    def result(self):
        """Return the result that was written, after a look at its schema and at JUnit."""
        reports = self.directory / "conformance-reports" / "held"
        result = json.loads((reports / "result.json").read_bytes())
        jsonschema.validate(result, result_schema())
        assert ET.parse(reports / "junit.xml").find(".//error") is not None  # noqa: S314 - we wrote it
        assert not list(reports.glob(".*"))
        return result


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("requests", [0, 9])
def test_a_signal_ends_the_run_with_its_reports(tmp_path, number, requests):
    """Ctrl-C and SIGTERM end the run at once with exit code 130, and the reports say that it was interrupted."""
    course = Course(tmp_path, requests)
    with course.under_way() as process:
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)
        assert course.left.wait(30), "the worker is still there"
    assert (process.returncode, stderr) == (130, "")
    result = course.result()
    assert (result["verdict"], result["requests"]) == ("not-verified", requests + 1)
    assert "interrupted" in result["reason"]
    assert "held is not-verified" in stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="waits in a named pipe")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [("run",), ("plan",), ("doctor",)], ids=lambda arguments: arguments[0])
def test_a_signal_before_anything_is_sent_is_no_verdict(tmp_path, number, arguments):
    """Ended while it still reads its targets file, a command exits 130: 1 would say that a target does not conform."""
    pipe = tmp_path / "targets.yaml"
    os.mkfifo(pipe)
    with started(tmp_path, *arguments, "--targets", pipe) as process, pipe.open("wb"):
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr


def test_a_second_signal_ends_the_run_at_once(tmp_path):
    """A worker that does not react to the first signal is killed by the second, and leaves a report that says so."""
    course = Course(tmp_path, 3, IGNORES_SIGINT)
    journal = tmp_path / "conformance-reports" / "held" / "journal-r1.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_text(
        '{"run_id": "r1"}\n{"number": 1, "kind": "appointment", "mark": "a", "state": "made", "path": "/a"}\n'
    )
    with course.under_way() as process:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert course.left.wait(30), "the worker is still there"
    assert process.returncode == 130
    reason = course.result()["reason"]
    assert "interrupted" in reason
    assert "cleanup r1" in reason, "what was made before has to be in reach"


def workers_of(process):
    """Return the ids of the processes that `process` started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        # Processes come and go while this looks around.
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            found += [int(path.parent.name)] if int(fields[1]) == process.pid else []
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the worker through /proc")
def test_a_killed_worker_is_an_error(tmp_path):
    """A worker that something else kills is an error of its target, with exit code 5 and a report that names it."""
    course = Course(tmp_path, 5)
    with course.under_way() as process:
        (worker,) = workers_of(process)
        os.kill(worker, signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == 5
    result = course.result()
    assert (result["verdict"], "SIGKILL" in result["reason"]) == ("error", True)


def test_a_worker_does_not_outlive_its_parent(tmp_path):
    """Where the command itself is killed, its worker lets go of the target and ends."""
    course = Course(tmp_path, 5)
    with course.under_way() as process:
        process.kill()
        assert course.left.wait(30), "the worker is still there"


@pytest.mark.parametrize("writer", ["write_har", "page"])
def test_a_full_disk_is_an_error(tmp_path, writer):
    """Where a report cannot be written the run ends with exit code 5, and those that can be written say why."""
    (tmp_path / "sitecustomize.py").write_text(FULL_DISK.format(writer=writer))
    code, _, stderr = run_cli(tmp_path, "run", "reference-mijnklantportaal", PYTHONPATH=str(tmp_path))
    assert (code, stderr) == (5, "")
    result = json.loads((tmp_path / "conformance-reports" / "reference-mijnklantportaal" / "result.json").read_bytes())
    assert (result["verdict"], "No space left on device" in result["reason"]) == ("error", True)


def test_a_disk_without_any_room_is_one_sentence(tmp_path):
    """Where nothing at all can be written, the command says so in one sentence and leaves nothing that looks right."""
    (tmp_path / "sitecustomize.py").write_text(FULL_DISK.format(writer="_fill"))
    code, stdout, stderr = run_cli(tmp_path, "run", "reference-mijnklantportaal", PYTHONPATH=str(tmp_path))
    assert code == 5
    assert "has no report: " in stdout
    assert "No space left on device" in stdout
    assert "Traceback" not in stdout + stderr
    assert not list((tmp_path / "conformance-reports" / "reference-mijnklantportaal").glob("*.json"))
