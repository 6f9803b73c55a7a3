"""A result gives the result of one requirement, and says what there is where it has none."""

from __future__ import annotations

import pytest
from sample_runs import UNTESTABLE, requirement, run

RESULT = run(requirement(1), requirement(2, "failed", operation="unlink"))


def test_a_requirement_is_found_by_id_and_operation():
    """The result of one requirement is that of its operation, and says whether it holds."""
    first, second = RESULT.requirements
    assert RESULT.requirement(first.id, first.operation) is first
    assert (first.passed, RESULT.requirement(second.id, "unlink").passed) == (True, False)


@pytest.mark.parametrize(
    ("result", "name", "operation", "sentence"),
    [
        (RESULT, "OMN-LINK-99", "link", "has no requirement OMN-LINK-99; did you mean "),
        (RESULT, "nothing", "link", "`appointment-conformance requirements` lists them."),
        (RESULT, RESULT.requirements[1].id, "link", "is not about the operation `link`; it is about unlink."),
        (UNTESTABLE, "OMN-LINK-01", "link", "it is not-testable: connection refused"),
    ],
)
def test_an_unknown_requirement_is_a_sentence(result, name, operation, sentence):
    """What is not there raises LookupError with what there is instead, also if nothing was judged."""
    with pytest.raises(LookupError) as caught:
        result.requirement(name, operation)
    assert sentence in str(caught.value)
