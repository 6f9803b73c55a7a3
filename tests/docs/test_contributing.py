"""The requirement that CONTRIBUTING.md adds works, and the output is what the page shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pages import blocks, text_of

import appointment_conformance

IMPORTED, REQUIREMENT, HELPER, FAULT = blocks(text_of("CONTRIBUTING.md"), "python")
UNPROVEN, CAUGHT = blocks(text_of("CONTRIBUTING.md"), "text")


def run_there(directory, *arguments):
    """Run a module with the suite that is in a directory; return what it printed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", *arguments],
        cwd=directory,
        env={**kept, "PYTHONPATH": os.pathsep.join([str(directory), kept.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


def test_what_the_page_builds_does_what_the_page_shows(tmp_path):
    """Without the fault the requirement is unproven; with it only this one fails, and prints what the page shows."""
    package = shutil.copytree(Path(appointment_conformance.__file__).parent, tmp_path / "appointment_conformance")
    suite, faults = package / "apis/omneo/requirements/success.py", package / "apis/omneo/reference/faults_effects.py"
    text, count = re.subn(r"(?m)^from typing import Any\n", IMPORTED, suite.read_text(encoding="utf-8"))
    assert count == 1
    suite.write_text(f"{text}\n\n{REQUIREMENT}\n\n{HELPER}", encoding="utf-8")
    part = ("pytest", "--pyargs", "appointment_conformance.suite", "--target", "reference-omneo", "-k", "OMN-OK-08")
    run_there(tmp_path, *part)
    judged = json.loads((tmp_path / "conformance-reports/reference-omneo/result.json").read_text(encoding="utf-8"))
    (built,) = (requirement for requirement in judged["requirements"] if requirement["id"] == "OMN-OK-08")
    assert built["verdict"] == "passed"
    assert UNPROVEN.startswith(f"passed    reference-omneo  OMN-OK-08 link  {built['reason']}\n...")
    faults.write_text(f"{faults.read_text(encoding='utf-8')}\n\n{FAULT}", encoding="utf-8")
    shown = run_there(tmp_path, "appointment_conformance", "run", "reference-omneo", "--fault", "end-is-the-start")
    for line in CAUGHT.splitlines():
        assert re.search(rf"(?m)^{re.escape(line).replace(re.escape('...'), '.*')}$", shown), (line, shown)
