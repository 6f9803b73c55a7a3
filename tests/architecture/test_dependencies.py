"""What is installed along with the suite is what it imports."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from test_arrows import MODULES, PACKAGES, imports_of

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def named(distribution):
    """Return the name of a distribution as an index compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_every_import_is_declared():
    """No module imports what only a dependency of a dependency brings along."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    declared = {named(re.match(r"[\w.-]+", one)[0]) for one in listed}
    imported = {name.split(".")[0] for found in MODULES for name in imports_of(*found)}
    foreign = imported - sys.stdlib_module_names - {*PACKAGES}
    distributions = packages_distributions()
    undeclared = {name for name in foreign if not declared & {named(one) for one in distributions[name]}}
    assert len(foreign) > 10
    assert undeclared == set()
