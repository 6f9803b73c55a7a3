"""Install what the Node applications need into a folder; where there is no npm, say so and do nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

INSTALL = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")


def main(folder: Path) -> int:
    """Return the exit code of npm, 0 where it is missing: the Node applications are skipped then, with the reason."""
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed: the Node applications are left out.")  # noqa: T201 - this is a command
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("package.json"), folder)
    return subprocess.run([npm, *INSTALL], cwd=folder, check=False).returncode  # noqa: S603 - our own arguments


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
