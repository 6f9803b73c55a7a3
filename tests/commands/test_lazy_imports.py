"""Who asks for help or the version waits for nothing that only a run needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"schemathesis", "hypothesis", "pytest", "requests", "jsonschema", "jinja2", "rich", "uvicorn", "yaml"}
ASK = """
import sys
from appointment_conformance.command import main
main(sys.argv[1:], standalone_mode=False)
print("imported:", *sorted(name.partition(".")[0] for name in sys.modules))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    """Help and version come without the libraries of a run."""
    told = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-c", ASK, *arguments], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    imported = set(told.rpartition("imported:")[2].split())
    assert "click" in imported
    assert not HEAVY & imported
