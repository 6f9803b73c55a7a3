"""What is installed is the four packages with their data, and nothing with a name that anybody else might use."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"appointment_specs", "appointment_strategies", "appointment_reports", "appointment_conformance"}
SUFFIXES = {".py", ".typed", ".yaml", ".json", ".j2", ".css"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the wheel that the project's own build settings make."""
    builder = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed").WheelBuilder(
        str(ROOT)
    )
    (path,) = builder.build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_a_wheel_holds_four_packages_and_its_own_description(wheel):
    """No top-level name beside the four packages and the description reaches site-packages."""
    names = {name.split("/")[0] for name in wheel}
    assert {name for name in names if not name.endswith(".dist-info")} == PACKAGES
    assert sum(name.endswith(".dist-info") for name in names) == 1


def test_every_source_file_is_in_the_wheel(wheel):
    """Code, contracts, schemas, templates and type markers are all there, and nothing that is none of them."""
    sources = {
        path.relative_to(folder.parent).as_posix()
        for folder in (next(ROOT.glob(f"*/{package}")) for package in PACKAGES)
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
    }
    packed = {name for name in wheel if ".dist-info/" not in name}
    assert packed == sources
    assert {Path(name).suffix for name in packed} <= SUFFIXES | {""}
    assert {f"{package}/py.typed" for package in PACKAGES} <= packed
    for suffix in (".yaml", ".json", ".j2"):
        assert any(name.endswith(suffix) for name in packed)


def test_a_wheel_holds_the_proof_and_not_the_benchmark(wheel):
    """What says which requirements count is installed with them; what measures the suite stays in the source tree."""
    assert sum(name.endswith("/proof.json") for name in wheel) == 2
    assert sum(name.endswith("/witnesses.json") for name in wheel) == 2
    assert [name for name in wheel if "bench" in name or "stopwatch" in name] == []


def test_a_wheel_names_its_command_and_its_plugin(wheel):
    """The description has the entry points and the licence."""
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)
    assert any("/licenses/LICENSE" in name for name in wheel)
