"""Every Schemathesis that pyproject.toml allows sends the same requests and comes to the same verdicts."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from judged_runs import RUNS, judged_run

from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

FOLDER = Path(__file__).parent
STORED = json.loads((FOLDER / "runs.json").read_text(encoding="utf-8"))
ROOT = FOLDER.parents[1]


@pytest.mark.parametrize(
    ("name", "faults"), [(name, faults) for name, choices in RUNS.items() for faults in choices], ids=str
)
def test_a_run_is_the_stored_one(name, faults):
    """A run of `gate` has the stored verdict, failures, fingerprints, witnesses, and bodies from Schemathesis."""
    judged = judged_run(name, faults)
    assert judged == STORED[", ".join((name, *faults))], f"with Schemathesis {version('schemathesis')}"


@pytest.mark.parametrize("name", RUNS)
def test_a_thorough_run_finds_no_fault_where_there_is_none(name):
    """Whatever this version draws for `thorough`, a conforming API is found conformant."""
    with reference_target(name) as target:
        assert run(target, profile="thorough")[0].verdict == "conformant"


def test_each_minor_that_is_allowed_has_an_environment():
    """The file of tox has one environment for every minor series of the range in pyproject.toml, and for no other."""
    requirements = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    allowed = next(line for line in requirements if line.startswith("schemathesis"))
    first, end = (int(minor) for minor in re.findall(r"4\.(\d+)", allowed))
    environments = (ROOT / "tox.ini").read_text(encoding="utf-8")
    pinned = {minor for minor in range(100) if f"v4.{minor}: schemathesis==4.{minor}.*" in environments}
    assert pinned == set(range(first, end))
    assert environments.count(f"schemathesis-v4.{{{','.join(map(str, range(first, end)))}}}") == 2
