"""Every report says that a rule is advice, and that it gates where the target says so."""

from __future__ import annotations

import pytest
from sample_runs import requirement, run

from appointment_reports import document, junit, page, summary

ADVICE = run(requirement(3, "failed", level="SHOULD"))
GATING = run(requirement(3, "failed", level="SHOULD", binding=True))


@pytest.mark.parametrize(
    "write", [page, summary, lambda result: junit(result).decode()], ids=["page", "summary", "junit"]
)
def test_advice_is_called_advice(write):
    """Advice that gates says so, other advice does not, and what is demanded is not called advice."""
    shown = {name: write(of).replace("&#58;", ":") for name, of in (("advice", ADVICE), ("gating", GATING))}
    assert "SHOULD: advice" in shown["advice"]
    assert "which gates here" not in shown["advice"]
    assert "SHOULD: advice, which gates here" in shown["gating"]
    assert "advice" not in write(run(requirement(3))).replace("where advice gates", "").lower()


def test_advice_that_gates_is_a_failure():
    """To JUnit it is a failure, and other advice is skipped; programs read the same from `gates`."""
    assert [b"<failure" in junit(of) for of in (ADVICE, GATING)] == [False, True]
    assert [document(of)["requirements"][0]["gates"] for of in (ADVICE, GATING)] == [False, True]
