"""What the tests of the commands share: a way to run one in a directory of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.fixture
def command(tmp_path):
    """Run a Python module as a command in an empty directory; nothing of this test run's pytest reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}

    def running(*arguments, cwd=tmp_path, **environ):
        return subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
            [sys.executable, "-m", *map(str, arguments)],
            cwd=cwd,
            env={**kept, **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return running
