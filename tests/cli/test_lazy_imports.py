"""Help and version do not wait for the libraries that only a run needs."""

from __future__ import annotations

import json
import pkgutil
import socket
import subprocess
import sys

import pytest

import processes
from appointment_conformance.cli import commands
from appointment_conformance.cli.main import main

HEAVY = {"schemathesis", "hypothesis", "pytest", "requests", "jsonschema", "jinja2", "rich", "uvicorn", "yaml"}
ASK = """
import sys
from appointment_conformance.cli.main import main
main(sys.argv[1:], standalone_mode=False)
print("imported:", *sorted(name.partition(".")[0] for name in sys.modules))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([name, "--help"] for name in main.commands)])
def test_help_imports_nothing_heavy(arguments):
    """The version, the help and the help of every command come without the libraries of a run."""
    output = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-c", ASK, *arguments], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    imported = set(output.rpartition("imported:")[2].split())
    assert "click" in imported
    assert not HEAVY & imported


@pytest.mark.parametrize("arguments", [["explain", "OMN-PATH-02"], ["requirements"]])
def test_a_requirement_is_told_without_a_run(arguments):
    """What a requirement is stands on file: neither a web server nor what generates requests is needed to tell it."""
    told = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-c", ASK, *arguments], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    imported = set(told.rpartition("imported:")[2].split())
    assert "appointment_conformance" in imported
    assert not {"uvicorn", "starlette", "schemathesis", "pytest"} & imported


def test_each_command_is_a_module():
    """Every command that the help lists is defined in the module of its own name, and every such module is listed."""
    modules = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert {name: command.callback.__module__ for name, command in main.commands.items()} == {
        name: f"{commands.__name__}.{name}" for name in modules
    }


IMPORTED = """
import atexit, sys
from pathlib import Path
if "-P" in sys.orig_argv:
    atexit.register(lambda: Path({path!r}).write_text("\\n".join(name.partition(".")[0] for name in sys.modules)))
"""


def test_a_run_that_is_not_testable_does_without_the_engine(tmp_path):
    """When the target does not answer, its process ends without importing Schemathesis, the slowest import."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    profiles = ("9b461544-f0db-44b6-8a11-0242ac120002", "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55")
    fixtures = {"appointments": [1, 2], "profiles": profiles}
    own = {"api": "omneo", "base_url": url, "token": "t1", "fixtures": fixtures}
    (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"own": own}}))
    (tmp_path / "sitecustomize.py").write_text(IMPORTED.format(path=str(tmp_path / "imported")))
    run, environ = ("appointment_conformance", "run", "--targets", "targets.yaml"), {"PYTHONPATH": str(tmp_path)}
    done = processes.finished(processes.started_anew(tmp_path, *run, environ=environ))
    imported = set((tmp_path / "imported").read_text().split())
    assert done.returncode == 3, done.stdout
    assert {"appointment_conformance", "requests"} <= imported
    assert not {"schemathesis", "hypothesis_jsonschema"} & imported
