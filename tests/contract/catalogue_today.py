"""What the suite declares, read from its internal modules: the one place of these tests that imports them.

A move or a new name of a module edits this file, and leaves every snapshot as it is.
"""

from __future__ import annotations

from appointment_conformance.api import load_apis
from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE, WORST_FIRST
from appointment_conformance.pytest_plugin.exit_codes import PYTEST_CODES
from appointment_conformance.reference_apis import reference_apis
from appointment_conformance.targets_file import installed_forms
from appointment_reports import result_schema
from appointment_specs import deviations_schema

APIS = tuple(load_apis())

__all__ = [
    "APIS",
    "deviations_schema",
    "exit_codes",
    "faults",
    "observations",
    "requirements",
    "result_schema",
    "scenarios",
    "targets_schema",
    "variants",
]


def targets_schema():
    """Return the JSON Schema of a targets file."""
    return installed_forms().schema


def exit_codes():
    """Return the code of each verdict and of what is none, the order of severity, and what pytest's codes become."""
    return {
        "verdicts": dict(EXIT_CODES),
        "usage or configuration": USAGE,
        "interrupted": INTERRUPTED,
        "several targets, worst first": list(WORST_FIRST),
        "pytest's codes": {str(int(code)): ours for code, ours in PYTEST_CODES.items()},
    }


def requirements(api):
    """Return the level and the operations of each requirement of an api by its id."""
    return {one.id: {"level": one.level, "operations": sorted(one.operations)} for one in load_apis()[api].catalogue}


def observations(api):
    """Return the operation of each observation of an api by its id."""
    return {one.id: one.operation for one in load_apis()[api].questions}


def scenarios(api):
    """Return the names of the scenarios of an api, in the order in which they are played."""
    return [one.name for one in load_apis()[api].scenarios]


def faults(api):
    """Return what each fault of an api breaks, the first above all, and what follows by necessity, by its name."""
    return {
        fault.name: {"breaks": list(fault.breaks), "entails": sorted(fault.entails)}
        for fault in reference_apis()[api].faults.values()
    }


def variants(api):
    """Return the names of the variants that an api can be served in, its own and those of any api."""
    return sorted(reference_apis()[api].variants)
