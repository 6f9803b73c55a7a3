"""The exit code of a pytest session: pytest's own, put into the suite's table, and the verdict's."""

from __future__ import annotations

from typing import Final

import pytest

from appointment_conformance.engine.verdict import EXIT_CODES, INTERRUPTED, USAGE
from appointment_reports import RunResult

#: What pytest's own exit codes mean in the suite's table; 1 and any other stay as they are.
PYTEST_CODES: Final[dict[int, int]] = {
    pytest.ExitCode.INTERRUPTED: INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR: EXIT_CODES["error"],
    pytest.ExitCode.USAGE_ERROR: USAGE,
    pytest.ExitCode.NO_TESTS_COLLECTED: EXIT_CODES["not-verified"],
}


def code_of_result(result: RunResult, code: int, *, is_interrupted: bool) -> int:
    """Return the exit code of a run where pytest says `code`: success only where the verdict is one."""
    own = INTERRUPTED if is_interrupted else EXIT_CODES[result.verdict]
    return own or PYTEST_CODES.get(code, code)


def code_without_result(code: int, *, is_collected_only: bool) -> int:
    """Return the exit code where there is no result: success only where nothing but collecting was asked for."""
    return PYTEST_CODES.get(code, code) if code or is_collected_only else EXIT_CODES["error"]
