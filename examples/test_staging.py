"""Judge a target from your own test, without a conftest and without plugin options.

pytest examples/test_staging.py
    judges the built-in reference API
CONFORMANCE_TARGET=omneo-staging CONFORMANCE_TARGETS=targets.yaml pytest examples/test_staging.py
    judges that target of that file
"""

# ruff: noqa: INP001, S101 - a pytest file outside of a package
from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from appointment_conformance import RunResult, Target, read_targets, reference_target

# Provides the fixture `conformance_result`: one run of `conformance_target`, with its known deviations applied.
pytest_plugins = ["appointment_conformance.testing"]


@pytest.fixture(scope="session")
def conformance_target() -> Iterator[Target]:
    """Yield the target that the environment names, or the reference API if it names none."""
    name = os.environ.get("CONFORMANCE_TARGET")
    if name:
        yield read_targets(os.environ["CONFORMANCE_TARGETS"], [name])[0]
    else:
        with reference_target("reference-mijnklantportaal") as built_in:
            yield built_in


def test_the_target_conforms(conformance_result: RunResult) -> None:
    """Every requirement that affects the verdict holds on the target, or fails exactly as its owner has declared."""
    assert conformance_result.verdict in {"conformant", "conformant-with-deviations"}, conformance_result.reason


def test_a_run_stays_cheap(conformance_target: Target, conformance_result: RunResult) -> None:
    """A run uses up no more appointments than the test data has."""
    if conformance_target.provision:
        pytest.skip("the run creates its own appointments")
    fixtures = conformance_target.fixtures
    assert conformance_result.appointments_consumed <= len(fixtures.appointments + fixtures.pending_appointments)
