"""A pytest plugin that writes down what a collection of the suite has: items, options, hooks, fixtures, markers.

It is given to a pytest of its own with `-p pytest_inventory`; CONTRACT_INVENTORY names the file to write.
"""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path

OURS = "appointment_conformance"


def pytest_collection_finish(session):
    """Write the file."""
    config = session.config
    found = {
        "items": sorted(item.name for item in session.items),
        "hooks": dict(sorted(hooks_of(config.pluginmanager))),
        "fixtures": sorted(fixtures_of(config.pluginmanager)),
        "markers": sorted(one for one in config.getini("markers") if OURS.split("_")[1] in one),
        "options": {name: plain(config.getoption(name, None)) for name in os.environ["CONTRACT_OPTIONS"].split()},
    }
    Path(os.environ["CONTRACT_INVENTORY"]).write_text(json.dumps(found), encoding="utf-8")


def hooks_of(manager):
    """Yield the hooks that the suite adds, each with its parameters and whether the first answer ends it."""
    for name, caller in vars(manager.hook).items():
        spec = caller.spec
        if spec is not None and spec.function.__module__.split(".")[0] == OURS:
            parameters = [one for one in inspect.signature(spec.function).parameters if one != "self"]
            yield name, {"parameters": parameters, "first result": bool(spec.opts.get("firstresult"))}


def fixtures_of(manager):
    """Yield the names of the fixtures in the plugins of the suite."""
    for plugin in manager.get_plugins():
        if getattr(plugin, "__name__", "").split(".")[0] == OURS:
            yield from (name for name, value in vars(plugin).items() if is_fixture(value) and name[0] != "_")


def is_fixture(value):
    """Tell whether a member of a module is a fixture: pytest before 8.4 marks a function, a later one wraps it."""
    return type(value).__name__ == "FixtureFunctionDefinition" or hasattr(value, "_pytestfixturefunction")


def plain(value):
    """Return a default as JSON."""
    return value if isinstance(value, str | int | list | None) else str(value)
