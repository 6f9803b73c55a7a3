"""Against a real target no command imports a web server, the reference API or what proves the suite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from appointment_conformance.reference_apis import serve

IMPORTED = """\
import atexit, os, sys
from pathlib import Path
def write():
    Path({folder!r}, f"{{os.getpid()}}.modules").write_text("\\n".join(sorted(sys.modules)))
atexit.register(write)
"""
UNWANTED = ("starlette", "uvicorn", "appointment_conformance.reference", "appointment_conformance.selftest")
SUITE = ("pytest", "--pyargs", "appointment_conformance.suite", "--targets", "targets.yaml", "--target", "own")
COMMAND = "appointment_conformance"


def entry(reference, **more):
    """Return an entry of a targets file for a reference API that another process serves."""
    fixtures = {name: reference.fixtures.get(name) for name in ("appointments", "profiles", "lists")}
    own = {"api": reference.api, "base_url": reference.base_url, "token": reference.token, "environment": "test"}
    return {**own, "fixtures": {name: ids for name, ids in fixtures.items() if ids}, "deviations": "known.yaml", **more}


@contextmanager
def surroundings(folder, api, **more):
    """Serve an API from this process; give `folder` a targets file, and note what processes there import."""
    with serve(api) as reference:
        (folder / "targets.yaml").write_text(json.dumps({"targets": {"own": entry(reference, **more)}}))
        (folder / "known.yaml").write_text("[]\n")
        (folder / "sitecustomize.py").write_text(IMPORTED.format(folder=str(folder)))
        yield


def imported_by(folder, *arguments):
    """Run a module, and return its exit code and what each of its processes has imported by its end."""
    for path in folder.glob("*.modules"):
        path.unlink()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, [path.read_text().splitlines() for path in folder.glob("*.modules")]


def unwanted(processes):
    """Return what of the modules that processes have imported belongs to the suite's own proof, or serves."""
    names = {name for modules in processes for name in modules}
    return sorted(name for name in names if any(f"{name}.".startswith(f"{one}.") for one in UNWANTED))


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_a_real_run_imports_no_web_server(tmp_path, api):
    """Neither the process of the command nor that of the target, which judges with all it has, imports any of it."""
    with surroundings(tmp_path, api):
        code, processes = imported_by(tmp_path, COMMAND, "run", "own")
    assert (code in {0, 4}, len(processes)) == (True, 2)
    assert any("appointment_conformance.engine.proof" in modules for modules in processes)
    assert unwanted(processes) == []


def test_a_run_by_pytest_imports_no_web_server(tmp_path):
    """The plugin in somebody's own pytest does without it as well; what pytest's other plugins import is theirs."""
    with surroundings(tmp_path, "mijnklantportaal"):
        code, processes = imported_by(tmp_path, *SUITE)
    assert code in {0, 4}
    assert any("appointment_conformance.engine.proof" in modules for modules in processes)
    assert unwanted(processes) == []


def test_the_other_commands_import_no_web_server(tmp_path):
    """A read-only run in which advice gates, doctor, deviations and cleanup do without it."""
    with surroundings(tmp_path, "mijnklantportaal", read_only=True, advice="fail"):
        assert unwanted(imported_by(tmp_path, COMMAND, "run", "own")[1]) == []
        for arguments in (
            ("doctor", "own"),
            ("deviations", "init", "own"),
            ("deviations", "prune", "own"),
            ("cleanup", "0123456789ab"),
        ):
            _, processes = imported_by(tmp_path, COMMAND, *arguments)
            assert len(processes) == 1, arguments
            assert unwanted(processes) == [], arguments


def test_a_built_in_target_is_served_by_what_a_real_run_does_without(tmp_path):
    """The look at the modules finds the web server where there is one."""
    with surroundings(tmp_path, "mijnklantportaal"):
        _, processes = imported_by(tmp_path, COMMAND, "doctor", "reference-mijnklantportaal")
    assert {"starlette", "uvicorn", "appointment_conformance.reference"} <= {*unwanted(processes)}
