"""The hooks that the plugin adds to pytest."""

from __future__ import annotations

from pathlib import Path

import pytest


class ConformanceHooks:
    """Hooks that other plugins may implement to follow a run, and to give it fixtures."""

    @pytest.hookspec(firstresult=True)
    def pytest_conformance_fixtures(self, target: object) -> object:
        """Return the `appointment_conformance.Fixtures` to use for a `Target`, or None to keep its own.

        Called once for each target, before anything is sent. Its result replaces the target's `fixtures`, and the run
        creates no fixtures. Records that the hook creates, its plugin must remove, in `pytest_unconfigure` at the
        latest. Put the hook into a plugin, as in `pytest -p my_fixtures --pyargs appointment_conformance.suite`: pytest
        reads a conftest.py only beside the tests it runs.
        """

    @pytest.hookspec
    def pytest_conformance_scenario(self, name: str, number: int, total: int) -> None:
        """Called when scenario `number` of `total` starts."""

    @pytest.hookspec
    def pytest_conformance_result(self, result: object, paths: tuple[Path, ...]) -> None:
        """Called when the run of a target has ended with the `RunResult` `result`; `paths` are its reports."""
