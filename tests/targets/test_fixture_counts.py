"""Too few fixtures leave the requirements that need them untested, with the sentence that says what to add."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run


def result_with(api, **kept):
    """Return the result of a run against the reference API with only so many fixtures of a kind."""
    with reference_target(f"reference-{api}") as target:
        few = {kind: getattr(target.fixtures, kind)[:number] for kind, number in kept.items()}
        return run(replace(target, fixtures=replace(target.fixtures, **few)))[0]


@pytest.mark.parametrize(
    ("api", "kept", "remedy", "some"),
    [
        ("omneo", {"lists": 0}, "add a list to fixtures.lists.", {"OMN-ID-04", "OMN-UNLINK-04"}),
        ("omneo", {"appointments": 1}, "fixtures.appointments.", {"OMN-LINK-04", "OMN-UNLINK-06"}),
        ("mijnklantportaal", {"appointments": 1}, "fixtures.appointments.", {"MKP-CANCEL-10", "MKP-RACE-01"}),
    ],
    ids=["no list", "one appointment to link", "one appointment to cancel"],
)
def test_what_is_missing_is_named(api, kept, remedy, some):
    """Nothing fails, nothing passes on less than it needs, and every open MUST says what to add."""
    result = result_with(api, **kept)
    opened = [one for one in result.requirements if one.verdict != "passed"]
    assert result.verdict == "not-verified"
    assert {(one.verdict, one.applicable) for one in opened} == {("untested", True)}
    assert all(one.reason.endswith(remedy) for one in opened if one.level == "MUST")
    assert some <= {one.id for one in opened}


@pytest.mark.parametrize("api", ["omneo", "mijnklantportaal"])
def test_two_appointments_are_enough(api):
    """A run that meets no failure gets by with two appointments."""
    assert result_with(api, appointments=2).verdict == "conformant"


def test_too_few_for_a_preflight_says_so():
    """Where not even the preflight can be sent, the reason is what to add and not that nobody answers."""
    result = result_with("omneo", profiles=1)
    assert (result.verdict, "fixtures.profiles" in result.reason) == ("not-testable", True)
