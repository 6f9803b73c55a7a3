"""The verdict of a target follows from its requirements, and nothing positive follows from nothing."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointment_conformance.engine.verdict import EXIT_CODES, WORST_FIRST, fold, worst
from appointment_reports import RequirementResult

VERDICTS = ("passed", "failed", "deviation", "untested", "error")


def result(verdict, level="MUST", **facts):
    """Return one requirement's result."""
    return RequirementResult("OMN-OK-01", "t", level, "link", "s", verdict, "why", **facts)


RESULTS = st.builds(
    result,
    st.sampled_from(VERDICTS),
    st.sampled_from(["MUST", "SHOULD"]),
    applicable=st.booleans(),
    binding=st.booleans(),
)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([], "not-verified"),
        ([result("passed")], "conformant"),
        ([result("passed"), result("failed")], "not-conformant"),
        ([result("untested"), result("failed"), result("error")], "not-conformant"),
        ([result("passed"), result("untested")], "not-verified"),
        ([result("passed"), result("error")], "not-verified"),
        ([result("passed"), result("deviation")], "conformant-with-deviations"),
        ([result("passed"), result("deviation"), result("failed")], "not-conformant"),
        ([result("passed"), result("deviation"), result("untested")], "not-verified"),
        ([result("deviation")], "not-verified"),
        ([result("passed"), result("failed", "SHOULD")], "conformant"),
        ([result("passed"), result("failed", "SHOULD", binding=True)], "not-conformant"),
        ([result("passed"), result("failed", "SHOULD", binding=True, applicable=False)], "conformant"),
        ([result("passed"), result("untested", "SHOULD", binding=True)], "conformant"),
        ([result("passed", "SHOULD", binding=True)], "not-verified"),
        ([result("passed"), result("untested", "SHOULD")], "conformant"),
        ([result("passed", "SHOULD")], "not-verified"),
        ([result("passed"), result("untested", applicable=False)], "conformant"),
        ([result("untested", applicable=False)], "not-verified"),
    ],
)
def test_the_verdict_of_a_target(results, verdict):
    """MUST requirements decide, and advice that gates by its failure alone; a failure comes before an open question."""
    assert {fold(list(order))[0] for order in permutations(results)} == {verdict}


@given(st.lists(RESULTS, max_size=8))
def test_nothing_positive_follows_from_nothing(results):
    """A conformant target has at least one passed MUST requirement, and none that failed or is open."""
    verdict, reason = fold(results)
    decisive = [one for one in results if one.level == "MUST"]
    if EXIT_CODES[verdict] == 0:
        assert any(one.verdict == "passed" for one in decisive)
        assert all(one.verdict in {"passed", "deviation"} or not one.applicable for one in decisive)
    else:
        assert reason


@given(st.lists(RESULTS, max_size=8), st.sampled_from(["failed", "untested", "error"]))
def test_bad_news_never_improves_a_verdict(results, verdict):
    """One more result that is not good makes no target conformant."""
    assert EXIT_CODES[fold([*results, result(verdict)])[0]] != 0


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([0, 4], 4), ([4, 3], 3), ([3, 1], 1), ([1, 2], 2), ([2, 5], 5), ([5, 130], 130), ([], 5)],
)
def test_the_worst_code_counts(codes, code):
    """Of several targets the worst code counts, in the order 5 2 1 3 4 0; no target at all is an internal error."""
    assert worst(codes) == code
    assert worst(codes[::-1]) == code


def test_the_order_knows_every_code():
    """Each exit code of a verdict has its place in the order of the worst."""
    assert set(EXIT_CODES.values()) < set(WORST_FIRST)
