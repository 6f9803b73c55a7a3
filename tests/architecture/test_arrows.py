"""The house keeps its shape: who imports whom, how long a module is, and what its tests look like."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.reference_apis import reference_apis

PACKAGES = ("appointment_specs", "appointment_strategies", "appointment_reports", "appointment_conformance")
REFERENCE = "appointment_conformance.reference"
TESTS = Path(__file__).parents[1]
GENERIC = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def folder_of(package):
    """Return the folder of an installed package without importing it."""
    return Path(importlib.util.find_spec(package).origin).parent


def modules_of(package):
    """Return (dotted name, path) of every module of a package."""
    folder = folder_of(package)
    return [
        (".".join((package, *path.relative_to(folder).with_suffix("").parts)), path)
        for path in sorted(folder.rglob("*.py"))
    ]


MODULES = [found for package in PACKAGES for found in modules_of(package)]


def imports_of(name, path):
    """Yield the dotted name of everything that a module imports, relative imports resolved."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = name.split(".")[: -node.level] if node.level else []
            module = ".".join((*parent, *([node.module] if node.module else [])))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def sleeps_in(name, path):
    """Return the uses of `time.sleep` in a module, whether it is called by that name or imported by itself."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    used = [*(ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)), *imports_of(name, path)]
    return [text for text in used if text == "time.sleep"]


def is_below(name, package):
    """Tell whether a dotted name is a package or something in it."""
    return f"{name}.".startswith(f"{package}.")


def test_every_module_is_found():
    """The rules below are not kept by looking at nothing."""
    assert {name.split(".")[0] for name, _ in MODULES} == set(PACKAGES)
    assert len(MODULES) > 50
    assert any("appointment_specs" in imported for found in MODULES for imported in imports_of(*found))


@pytest.mark.parametrize("package", PACKAGES[:3])
def test_data_strategies_and_reports_stand_alone(package):
    """Contracts, strategies and reports import neither the suite nor each other."""
    others = [other for other in PACKAGES if other != package]
    wrong = [
        (name, imported)
        for name, path in modules_of(package)
        for imported in imports_of(name, path)
        if any(is_below(imported, other) for other in others)
    ]
    assert wrong == []


#: The rooms of the suite, each of which imports of those before it alone.
ROOMS = (
    "errors",
    "signals",
    "wording",
    "codes",
    "utf8_table",
    "file_lock",
    "reference",
    "targets",
    "traffic",
    "output",
    "provisioning",
    "engine",
    "http_rules",
    "api",
    "apis",
    "targets_file",
    "reference_apis",
    "reference_targets",
    "target_run",
    "schemathesis_runs",
    "schemathesis_hooks",
    "library",
    "selftest",
    "pytest_plugin",
    "testing",
    "cli",
    "suite",
    "__main__",
)


def test_the_rooms_of_the_suite_are_all_named():
    """A new folder or module at the top has its place among the others."""
    assert {name.split(".")[1] for name, _ in modules_of(PACKAGES[3])} == {*ROOMS, "__init__"}


def test_the_arrows_between_the_rooms_go_one_way():
    """No room imports one that stands on it."""
    wrong = [
        (name, imported)
        for name, path in modules_of(PACKAGES[3])
        for imported in imports_of(name, path)
        if is_below(imported, PACKAGES[3]) and imported.split(".")[1] in ROOMS
        if name.split(".")[1] != "__init__" and ROOMS.index(imported.split(".")[1]) > ROOMS.index(name.split(".")[1])
    ]
    assert wrong == []


def reference_modules():
    """Return (dotted name, path, prefixes it may import of the packages) of the core and of each vendor's own part."""
    own = re.compile(rf"{re.escape(PACKAGES[3])}\.apis\.\w+\.reference\b")
    for name, path in MODULES:
        if is_below(name, REFERENCE):
            yield name, path, (REFERENCE,)
        elif found := own.match(name):
            yield name, path, (REFERENCE, found[0])


def test_the_reference_api_is_a_reading_of_its_own():
    """A reference API imports the core and itself, the core itself alone: nothing else of the four packages."""
    wrong = [
        (name, imported)
        for name, path, allowed in reference_modules()
        for imported in imports_of(name, path)
        if any(is_below(imported, package) for package in PACKAGES)
        and not any(is_below(imported, prefix) for prefix in allowed)
    ]
    assert wrong == []


def test_every_reference_api_is_looked_at():
    """The rule above is kept by the core and by the part of each vendor."""
    apis = {api for api in load_apis() if any(f".apis.{api}.reference." in name for name, *_ in reference_modules())}
    assert apis == {*reference_apis()}
    assert any(is_below(name, REFERENCE) for name, *_ in reference_modules())


def test_strategies_send_and_read_nothing():
    """The strategies import no module with which a file or a network is reached."""
    forbidden = ("requests", "socket", "http", "urllib3", "urllib.request", "pathlib", "io", "subprocess", "os")
    wrong = [
        (name, imported)
        for name, path in modules_of("appointment_strategies")
        for imported in imports_of(name, path)
        if any(is_below(imported, module) for module in forbidden)
    ]
    assert wrong == []


def test_only_the_traffic_package_reaches_a_target():
    """No other module imports a client library or a socket; the engine only describes requests."""
    allowed = ("appointment_conformance.traffic", REFERENCE, "appointment_conformance.engine.schemathesis_adapter")
    wrong = [
        (name, imported)
        for name, path in modules_of("appointment_conformance")
        if not any(is_below(name, package) for package in allowed)
        for imported in imports_of(name, path)
        if any(is_below(imported, module) for module in ("requests", "socket", "http", "urllib3", "httpx", "h11"))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [path for _, path in MODULES], ids=[name for name, _ in MODULES])
def test_a_module_is_short_and_named_for_what_it_is(path):
    """A module has a telling name and no more than 400 lines, a function no more than 60."""
    text = path.read_text(encoding="utf-8")
    assert path.stem not in GENERIC
    assert len(text.splitlines()) <= 400
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [node.name for node in functions if node.end_lineno - node.lineno + 1 > 60] == []


def own_test_modules():
    """Return every module of the tests; the applications in `stacks` are written as their frameworks' users would."""
    applications = {path.parent for path in TESTS.glob("stacks/*/stack.toml")}
    return sorted(path for path in TESTS.rglob("*.py") if path.parent not in applications)


@pytest.mark.parametrize("path", own_test_modules(), ids=lambda path: path.stem)
def test_a_test_says_what_it_states(path):
    """A test file has no more than 300 lines, and every test in it a docstring and no sleep."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    assert [node.name for node in tests if not ast.get_docstring(node)] == []
    assert sleeps_in(path.stem, path) == []
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("text", ["import time\ntime.sleep(1)", "from time import sleep as rest\nrest(1)"])
def test_a_sleep_is_found_however_it_is_imported(text, tmp_path):
    """A test that waits for time to pass is found out, whatever name it gives to that."""
    path = tmp_path / "test_waiting.py"
    path.write_text(text)
    assert sleeps_in(path.stem, path) == ["time.sleep"]


def test_test_modules_have_names_of_their_own():
    """No two test modules share a name, and none hides a module of the standard library."""
    # The modules of a package have its name before theirs.
    alone = (path for path in TESTS.rglob("*.py") if not (path.parent / "__init__.py").exists())
    names = [path.stem for path in alone if path.stem != "conftest"]
    assert sorted(names) == sorted(set(names))
    assert not set(names) & sys.stdlib_module_names


def test_signals_are_handled_in_one_place():
    """No other module sets a handler of a signal, or imports what could."""
    names = [name for name, path in modules_of(PACKAGES[3]) if "signal" in imports_of(name, path)]
    assert names == ["appointment_conformance.signals"]
