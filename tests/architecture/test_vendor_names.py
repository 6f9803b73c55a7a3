"""What one vendor's API is called, its ids and its paths stand in that vendor's own places, and nowhere else."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from appointment_conformance.api import load_apis

#: The packages, each with the places in it that are a vendor's own. Everything else in them is the core.
CLEAN = {
    "appointment_specs": ("omneo", "mijnklantportaal"),
    "appointment_strategies": ("omneo", "mijnklantportaal.py"),
    "appointment_reports": (),
    "appointment_conformance": ("apis/omneo", "apis/mijnklantportaal"),
}
KINDS = {".py", ".json", ".yaml", ".yml", ".j2", ".css", ".html", ".js", ".md", ".txt"}


def words_of(api):
    """Yield what tells an API: its name, its title, the prefix of its ids, and what its paths begin with."""
    yield from (api.name, api.title, f"{api.id_prefix}-")
    for path in (*(one.path for one in api.contract.operations.values()), api.contract.read_path):
        yield path.partition("{")[0]


def named_in(folder, own=()):
    """Return the place of each line below `folder` that tells an API, but for the places of a vendor's own."""
    words = {re.escape(word) for api in load_apis().values() for word in words_of(api)}
    names = re.compile("|".join(sorted(words)), re.IGNORECASE)
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in KINDS)
    return [
        f"{path.relative_to(folder).as_posix()}:{number}"
        for path in files
        if not any(path.is_relative_to(folder / place) for place in own)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if names.search(line)
    ]


@pytest.mark.parametrize("package", CLEAN)
def test_no_vendor_is_named_outside_its_own_places(package):
    """Code, schemas, templates and comments of the core tell no API that is installed."""
    folder = Path(importlib.util.find_spec(package).origin).parent
    assert len([*folder.rglob("*")]) > 5
    assert all((folder / place).exists() for place in CLEAN[package])
    assert named_in(folder, CLEAN[package]) == []


@pytest.mark.parametrize(
    "line",
    [
        'if api == "omneo":',
        "# as MijnKlantportaal does",
        "PATH_OF_OMNEO = 1",
        "#: See OMN-LINK-03.",
        'if one.id.startswith("mkp-"):',
        'path = f"/v3/appointments/{appointment}/link"',
        'path = "/appointments/" + appointment',
    ],
)
def test_a_vendor_that_is_named_is_found(line, tmp_path):
    """A name, an id or a path is found in code and in comments, in any case, and the place is told."""
    (tmp_path / "module.py").write_text(f"x = 1\n{line}\n")
    (tmp_path / "apis" / "own").mkdir(parents=True)
    (tmp_path / "apis" / "own" / "module.py").write_text(line)
    assert named_in(tmp_path, ("apis/own",)) == ["module.py:2"]
