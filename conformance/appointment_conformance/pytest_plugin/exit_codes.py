"""The exit code of a pytest session, made from pytest's own exit code and the verdicts of its targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest

from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE, worst
from appointment_reports import RunResult

#: The suite's exit code for some of pytest's; 1 and every other code stay the same.
PYTEST_CODES: Final[dict[int, int]] = {
    pytest.ExitCode.INTERRUPTED: INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR: EXIT_CODES["error"],
    pytest.ExitCode.USAGE_ERROR: USAGE,
    pytest.ExitCode.NO_TESTS_COLLECTED: EXIT_CODES["not-verified"],
}


def code_of_results(results: Iterable[RunResult], code: int, *, is_interrupted: bool) -> int:
    """Return the exit code of the runs for pytest's `code`; it is 0 only if every verdict is a success."""
    own = INTERRUPTED if is_interrupted else worst(EXIT_CODES[result.verdict] for result in results)
    return own or PYTEST_CODES.get(code, code)


def code_without_result(code: int, *, is_collected_only: bool) -> int:
    """Return the exit code of a session without a result; it is 0 only if the user asked for collection only."""
    return PYTEST_CODES.get(code, code) if code or is_collected_only else EXIT_CODES["error"]
