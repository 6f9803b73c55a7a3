"""The fixtures for your own tests. The pytest plugin has them in every run; this module is for runs without it.

A conftest.py at the root, or a test file, loads them with `pytest_plugins = ["appointment_conformance.testing"]`. To
judge another target, or to keep the reports, define a fixture of the same name.
"""

from __future__ import annotations

from appointment_conformance.pytest_plugin.fixtures import (
    ConformanceRun,
    _conformance_target_name,  # noqa: F401 - a fixture of `conformance_target`, found by its name
    appointment_factory,
    conformance_reports,
    conformance_result,
    conformance_run,
    conformance_target,
)

__all__ = [
    "ConformanceRun",
    "appointment_factory",
    "conformance_reports",
    "conformance_result",
    "conformance_run",
    "conformance_target",
]
