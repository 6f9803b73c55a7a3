"""What one vendor's API is called stands in that vendor's own places, and nowhere else."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from appointment_conformance.api import load_apis

#: The rooms that name no vendor, each with the folders in it that are a vendor's own.
CLEAN = {"appointment_specs": ("omneo", "mijnklantportaal"), "appointment_conformance.targets": ()}


def named_in(folder, own=()):
    """Return the place of each line below `folder` that names a vendor, but for folders of a vendor's own."""
    words = (re.escape(word) for api in load_apis().values() for word in (api.name, api.title))
    names = re.compile("|".join(words), re.IGNORECASE)
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in {".py", ".json", ".yaml", ".j2"})
    return [
        f"{path.relative_to(folder)}:{number}"
        for path in files
        if path.relative_to(folder).parts[0] not in own
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if names.search(line)
    ]


@pytest.mark.parametrize("room", CLEAN)
def test_no_vendor_is_named_outside_its_own_places(room):
    """Code, schemas and comments of a clean room name no API that is installed."""
    folder = Path(importlib.util.find_spec(room).origin).parent
    assert named_in(folder, CLEAN[room]) == []


@pytest.mark.parametrize("line", ['if api == "omneo":', "# as MijnKlantportaal does", "PATH_OF_OMNEO = 1"])
def test_a_vendor_that_is_named_is_found(line, tmp_path):
    """A name is found in code and in comments, in any case, and the place is told."""
    (tmp_path / "module.py").write_text(f"x = 1\n{line}\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "module.py").write_text(line)
    assert named_in(tmp_path, ("own",)) == ["module.py:2"]
