"""Known deviations excuse exactly what they declare, for as long as they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from appointment_conformance.engine.known_deviations import apply_deviations, read_deviations, stale_entries
from appointment_conformance.engine.verdict import fold
from appointment_conformance.errors import ConfigurationError
from appointment_reports import Failure, RequirementResult

TODAY = date(2026, 3, 1)
PRINT = "2-0a1b-2c3d-4e5f"
ENTRY = f"""\
- requirement: OMN-ID-05
  operation: link
  fingerprint: {PRINT}
  reason: numbers wrap in the old gateway
  ticket: 4711
  owner: platform team
  expires: 2026-03-31
"""
PASSED = RequirementResult("OMN-OK-01", "A title", "MUST", "link", "source", "passed", witnesses=1)
FAILED = replace(
    PASSED, id="OMN-ID-05", verdict="failed", failure=Failure("status 422", "status 200", None, "curl", PRINT)
)


@pytest.fixture
def known(tmp_path):
    """Read entries from a file with this text."""

    def reading(text=ENTRY):
        (tmp_path / "known.yaml").write_text(text, encoding="utf-8")
        return read_deviations(tmp_path / "known.yaml")

    return reading


def complained(known, *results, today=TODAY):
    """Return the complaints about `known` over these results and a passed one."""
    return stale_entries(known, (PASSED, *results), today=today)


def test_a_declared_failure_is_a_deviation(known):
    """A failure with the declared fingerprint is excused, says why and until when, and keeps its evidence."""
    result = apply_deviations(FAILED, known(), today=TODAY)
    assert (result.verdict, result.failure) == ("deviation", FAILED.failure)
    assert all(word in result.reason for word in ("numbers wrap", "4711", "platform team", "2026-03-31"))
    assert not complained(known(), result)
    assert fold((PASSED, result))[0] == "conformant-with-deviations"


def test_another_failure_is_not_excused(known):
    """A failure of the same requirement with another fingerprint stays failed, and the entry is complained of."""
    other = replace(FAILED, failure=replace(FAILED.failure, fingerprint="2-ffff-ffff-ffff"))
    assert apply_deviations(other, known(), today=TODAY) == other
    (sentence,) = complained(known(), other)
    assert "in another way" in sentence
    assert "2-ffff-ffff-ffff" in sentence


@pytest.mark.parametrize("change", [{"operation": "unlink"}, {"id": "OMN-ID-04"}])
def test_another_requirement_is_not_excused(known, change):
    """The entry is of one requirement on one operation."""
    assert apply_deviations(replace(FAILED, **change), known(), today=TODAY).verdict == "failed"


def test_the_last_day_counts(known):
    """An entry excuses on the day on which it expires, and no day longer; then it is complained of."""
    assert apply_deviations(FAILED, known(), today=date(2026, 3, 31)).verdict == "deviation"
    expired = apply_deviations(FAILED, known(), today=date(2026, 4, 1))
    assert expired.verdict == "failed"
    (sentence,) = complained(known(), expired, today=date(2026, 4, 1))
    assert "expired on 2026-03-31" in sentence


def test_what_holds_again_is_complained_of(known):
    """An entry for a requirement that passes fails the run, and the reason names file, line and remedy."""
    sentences = complained(known(), replace(FAILED, verdict="passed", failure=None))
    verdict, reason = fold((PASSED,), sentences)
    assert verdict == "not-conformant"
    assert "known.yaml, line 1: OMN-ID-05 (link) holds now" in reason
    assert "prune" in reason


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("OMN-ID-05", "OMN-ID-50"), "did you mean `OMN-ID-05`"),
        (("operation: link", "operation: unlnk"), "says nothing of `unlnk`"),
    ],
)
def test_an_unmatched_entry_is_complained_of(known, change, told):
    """An entry of no requirement, or of an operation that it says nothing of, fails the run with a hint."""
    (sentence,) = complained(known(ENTRY.replace(*change)), FAILED)
    assert told in sentence


@pytest.mark.parametrize("verdict", ["untested", "error"])
def test_what_was_not_judged_is_not_complained_of(known, verdict):
    """Nothing is known about a requirement that was not judged, so its entry stands."""
    assert not complained(known(), replace(FAILED, verdict=verdict, failure=None))


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n", None])
def test_no_entries_are_no_entries(known, tmp_path, text):
    """An empty file, an empty list, comments alone and a file that is not written yet declare nothing."""
    assert (known(text) if text is not None else read_deviations(tmp_path / "none.yaml")) == ()
    assert read_deviations(None) == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ("owner: platform team", "ownr: platform team"),
            "line 6: unknown key `ownr` in entry 1; did you mean `owner`?",
        ),
        (
            ("  owner: platform team\n", ""),
            "line 1: entry 1 lacks the key `owner` (Who is responsible for it); add it.",
        ),
        (("platform team", '""'), "line 6: entry 1: `owner` must not be empty."),
        (("platform team", '" "'), "line 6: entry 1: `owner` must not be empty."),
        (("2026-03-31", "soon"), "line 7: entry 1: `expires` must match the pattern"),
        (("2026-03-31", '"2026-02-30"'), "line 7: entry 1: `expires` must be as described: Last day"),
        (("2026-03-31", "2026-02-30"), "accepted, as YYYY-MM-DD."),
        ((PRINT, "1234"), "line 3: entry 1: `fingerprint` must"),
    ],
)
def test_a_wrong_entry_is_named(known, change, told):
    """Whatever is wrong with the file is one sentence with file, line and remedy."""
    with pytest.raises(ConfigurationError) as error:
        known(ENTRY.replace(*change))
    assert str(error.value).count("known.yaml") == 1
    assert not str(error.value).endswith("..")
    assert told in str(error.value)


def test_an_entry_stands_once(known):
    """The same failure declared twice is refused, with both lines."""
    with pytest.raises(ConfigurationError, match=r"line 8: .* line 1 already"):
        known(ENTRY + ENTRY)
