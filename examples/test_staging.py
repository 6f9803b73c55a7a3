"""Judge a target from a test of your own, with no conftest and no plugin option.

pytest examples/test_staging.py
    judges the built-in reference API
CONFORMANCE_TARGET=omneo-staging CONFORMANCE_TARGETS=targets.yaml pytest examples/test_staging.py
    judges that target of that file
"""

# ruff: noqa: INP001, S101 - a pytest file that stands alone
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.target_run import run
from appointment_conformance.targets import Target, read_targets
from appointment_conformance.targets.builtin import reference_target
from appointment_conformance.traffic.secrets import Secrets
from appointment_reports import RunResult, write_artefacts


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """Yield the target that the environment names, or else the reference API."""
    name = os.environ.get("CONFORMANCE_TARGET")
    if name:
        yield read_targets(Path(os.environ["CONFORMANCE_TARGETS"]), [name], os.environ)[0]
    else:
        with reference_target("reference-mijnklantportaal") as built_in:
            yield built_in


@pytest.fixture(scope="module")
def result(target: Target, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return what one run says about the target, its known deviations heeded, its reports written without a secret."""
    found, exchanges = run(target, known=read_deviations(target.deviations))
    reports = tmp_path_factory.mktemp("reports")
    write_artefacts(found, exchanges, reports, scrub=Secrets.of(target.secrets()).scrub)
    return found


def test_the_target_conforms(result: RunResult) -> None:
    """Every requirement that decides holds on the target, or fails just as its owner has declared."""
    assert result.verdict in {"conformant", "conformant-with-deviations"}, result.reason


def test_a_run_stays_cheap(target: Target, result: RunResult) -> None:
    """A run uses up no more appointments than the test data has."""
    if target.provision:
        pytest.skip("the run makes its own")
    assert result.appointments_consumed <= len(target.fixtures.appointments + target.fixtures.pending_appointments)
