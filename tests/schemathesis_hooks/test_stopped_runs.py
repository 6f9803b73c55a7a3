"""A run of Schemathesis without a usable target stops before anything is sent, with one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from own_targets import OMNEO
from schemathesis_run import schemathesis_run
from scripted_server import scripted

from appointment_conformance.api import load_apis

FIXTURES = {"appointments": [900001, 900002], "profiles": list(OMNEO.fixtures.profiles)}
ONE = {"api": "omneo", "environment": "test", "token": "t" * 40, "fixtures": FIXTURES}


def targets(base_url, **changes):
    """Return the text of a targets file with two targets."""
    target = {**ONE, "base_url": base_url, **changes}
    return json.dumps({"targets": {"first": target, "second": target}})


def stopped(folder, text, **environ):
    """Return how a run with these targets ended, and what the server had received by then."""
    with scripted(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
        base_url = f"http://127.0.0.1:{server.port}/api"
        (folder / "targets.yaml").write_text(text or targets(base_url), encoding="utf-8")
        done = schemathesis_run(folder, load_apis()["omneo"].contract.document, base_url, "t" * 40, **environ)
    return done, [request for request in server.received if b"/v3/" in request]


@pytest.mark.parametrize(
    ("environ", "text", "sentence"),
    [
        ({"CONFORMANCE_TARGETS": ""}, "", "CONFORMANCE_TARGETS is not set, so the guard does not know"),
        ({"CONFORMANCE_TARGETS": "none.yaml"}, "", "none.yaml"),
        ({}, "", "targets.yaml has several targets; set CONFORMANCE_TARGET to one of them: first, second."),
        ({"CONFORMANCE_TARGET": "third"}, "", "third"),
        ({"CONFORMANCE_TARGET": "first"}, "targets: {first: {api: omneo}}", "base_url"),
        (
            {"CONFORMANCE_TARGET": "first"},
            targets("https://api.example.com/api", environment="production"),
            "target `first` is a production system",
        ),
    ],
    ids=["no file named", "no such file", "several targets", "no such target", "wrong target", "production"],
)
def test_a_run_without_a_usable_target_stops(environ, text, sentence, tmp_path):
    """What is missing or wrong is said in one sentence, the exit code is 2, and nothing is sent."""
    done, received = stopped(tmp_path, text, **environ)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("Error: ")
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert received == []


def test_another_base_url_stops_the_run(tmp_path):
    """Where --url is not the target's base URL, the run says so and sends no case."""
    done, received = stopped(tmp_path, targets("http://127.0.0.1:9/api"), CONFORMANCE_TARGET="first")
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.endswith("is http://127.0.0.1:9/api; give --url http://127.0.0.1:9/api.\n")
    assert "Traceback" not in done.stdout + done.stderr
    assert received == []


def test_a_document_without_the_operations_stops_the_run(tmp_path):
    """Where the document has none of the operations under judgement, the run says which those are."""
    with scripted(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
        base_url = f"http://127.0.0.1:{server.port}/api"
        (tmp_path / "targets.yaml").write_text(targets(base_url), encoding="utf-8")
        document = load_apis()["mijnklantportaal"].contract.document
        done = schemathesis_run(tmp_path, document, base_url, "t" * 40, CONFORMANCE_TARGET="first")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "POST /v3/appointments/{appointment}/link" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not any(b"/appointments/" in request for request in server.received)


def test_the_suite_s_own_runs_are_left_alone(tmp_path):
    """With the hooks exported for other runs, a run of the suite in Python is what it always is."""
    program = (
        "from appointment_conformance import reference_target, run_target\n"
        "with reference_target('reference-mijnklantportaal') as target:\n"
        "    print(run_target(target).verdict)\n"
    )
    environ = {**os.environ, "SCHEMATHESIS_HOOKS": "appointment_conformance.schemathesis_hooks"}
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("conformant\n", "")
