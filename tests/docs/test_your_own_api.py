"""The package that docs/your-own-api.md builds from nothing is one, and does what the page shows."""

from __future__ import annotations

import re
import tomllib

import pytest
from pages import tables, text_of

from appointment_conformance import api

PAGE = "docs/your-own-api.md"
FILES = dict(re.findall(r"[Ii]n `([\w/.]+)`:\n\n```\w+\n(.*?)^```$", text_of(PAGE), re.MULTILINE | re.DOTALL))
#: The file that the page asks for without content.
(EMPTY,) = re.findall(r"an empty file `([\w/.]+)`", text_of(PAGE))
#: Each command of the page with what it shows.
SHOWN = re.findall(r"```sh\nappointment-conformance (.*?)\n```\n\n```text\n(.*?)```", text_of(PAGE), re.DOTALL)


@pytest.fixture
def installed(tmp_path):
    """Write the files of the page into a folder, and register the package as its pyproject.toml says."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / EMPTY).touch()
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    ((group, points),) = project["entry-points"].items()
    info = tmp_path / "ticket_conformance-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [f"[{group}]", *(f"{name} = {place}" for name, place in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    return tmp_path


def test_what_the_page_builds_does_what_the_page_shows(installed, command):
    """Each command, in the order of the page, prints what stands below it; the last one writes the proof."""
    assert len(SHOWN) == 4
    for arguments, shown in SHOWN:
        done = command("appointment_conformance", *arguments.split(), PYTHONPATH=str(installed))
        for line in shown.splitlines():
            pattern = re.escape(line).replace(re.escape("..."), ".*")
            assert re.search(rf"(?m)^{pattern}$", done.stdout), (line, done.stdout, done.stderr)
    assert done.returncode == 0, done.stderr
    assert "close-again-answers-200" in (installed / "ticket_conformance" / "proof.json").read_text()


def test_the_page_lists_what_a_package_may_use():
    """The table names exactly what the module offers, each name once."""
    cells = [row[1] for row in tables(text_of(PAGE))["What a package may use"]]
    names = [name for cell in cells for name in cell.split(", ")]
    assert sorted(names) == sorted(api.__all__)
    assert all(getattr(api, name) is not None for name in names)
