"""What these tests share: somebody else's package as an installed one, its reference API, and a targets file for it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
import yaml

import processes
from appointment_conformance.targets_file import installed_forms

#: The folder of the package, with the entry point that registers it.
PACKAGE = Path(__file__).parent / "package"


@pytest.fixture(scope="session")
def booking():
    """Import the package into this process, where it is not registered: what is installed here is known by then."""
    installed_forms()
    sys.path.append(str(PACKAGE))
    try:
        return importlib.import_module("booking_conformance.api").API
    finally:
        sys.path.remove(str(PACKAGE))


@pytest.fixture
def suite(command):
    """Run the suite's command in an empty directory with the package installed; return how it ended."""

    def running(*arguments, module="appointment_conformance", **options):
        return command(module, *arguments, PYTHONPATH=str(PACKAGE), **options)

    return running


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory):
    """Judge the built-in target of the package once; return how that ended, and the folder of its reports."""
    folder = tmp_path_factory.mktemp("run")
    arguments = ("appointment_conformance", "run", "reference-booking")
    done = processes.finished(processes.started(folder, *arguments, environ={"PYTHONPATH": str(PACKAGE)}))
    return done, folder / "conformance-reports" / "reference-booking"


@pytest.fixture
def served(booking, tmp_path):
    """Serve the reference API of the package, and write a targets file whose target `mine` is there; yield both."""

    def write(**changed):
        entry = {
            "api": "booking",
            "base_url": reference.base_url,
            "token": reference.token,
            "forbidden_token": reference.forbidden_token,
            "fixtures": dict(reference.fixtures),
            **changed,
        }
        text = yaml.safe_dump(
            {"targets": {"mine": {name: value for name, value in entry.items() if value is not None}}}
        )
        (tmp_path / "targets.yaml").write_text(text)

    with booking.reference().serve() as reference:
        write()
        yield reference, write
