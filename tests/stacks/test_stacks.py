"""Applications that are written to the vendors' pages, on real frameworks at their defaults, are judged right."""

from __future__ import annotations

import pytest
from harness import PREFIXES, accusations, judged, stacks, unjudged


@pytest.mark.parametrize("api", PREFIXES)
@pytest.mark.parametrize("stack", stacks(), ids=lambda stack: stack.name)
def test_an_application_is_accused_of_what_it_does_wrong_and_of_nothing_else(stack, api, tmp_path):
    """No MUST fails but those that are listed beside the application, each of those does, and all are judged."""
    if missing := stack.missing():
        pytest.skip(f"not installed: {missing}; `tox -e stacks` brings it")
    result = judged(stack, api, tmp_path / "application.log")
    operations = {one.operation for one in result.requirements}
    listed = {pair for pair in stack.accused if pair[1] in operations}
    told = accusations(result)
    assert set(told) == listed, "\n".join(f"{id_} {operation}: {why}" for (id_, operation), why in told.items())
    assert unjudged(result) == {}
    assert result.verdict == ("not-conformant" if listed else "conformant"), result.reason
