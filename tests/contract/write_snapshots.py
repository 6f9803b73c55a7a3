"""Write every snapshot of the contract with users anew: `python tests/contract/write_snapshots.py`.

What has changed is printed. A change here is a change for users, and needs a line in CHANGELOG.md.
"""

from __future__ import annotations

import sys

from parts import whole_of_today
from snapshots import FOLDER, differences, stored, write


def main():
    """Write the files, and remove those of no part."""
    contents = whole_of_today()
    for path in FOLDER.iterdir():
        if path.name not in contents:
            path.unlink()
    for name, content in contents.items():
        for told in differences(stored(name), content):
            sys.stdout.write(f"{name}: {told}\n")
        write(name, content)


if __name__ == "__main__":
    main()
