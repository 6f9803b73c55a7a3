"""Omneo appointments that are not there are passed by and named, and what is there is never called missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

OMNEO = "reference-omneo"
MISSING = ("777001", "777002", "777003", "777004")


def run_with(places, variants=(), **changes):
    """Run with a list of appointments that are there (`there`) or not (`gone`)."""
    with reference_target(OMNEO, variants=variants, **changes) as target:
        there, gone = iter(target.fixtures.appointments), iter(MISSING)
        appointments = tuple(next(there if place == "there" else gone) for place in places.split())
        return run(replace(target, fixtures=replace(target.fixtures, appointments=appointments)))


def failed(result):
    """Return what failed, as (id, operation)."""
    return [(one.id, one.operation) for one in result.requirements if one.verdict == "failed"]


@pytest.mark.parametrize("variants", [[], ["unlinked-answers-404"], ["body-before-appointment"]], ids=str)
@pytest.mark.parametrize(
    ("places", "named"),
    [
        ("gone there there", MISSING[:1]),
        ("there gone there", MISSING[:1]),
        ("gone gone there gone there", MISSING[:3]),
        ("gone gone gone gone there there", MISSING),
    ],
)
def test_the_next_one_takes_its_place(places, named, variants):
    """One that is answered 404 the first time it is used is named, and the next one serves in its place."""
    result, _ = run_with(places, variants)
    assert (result.verdict, failed(result)) == ("conformant", [])
    assert result.reason == f"Passed by: {', '.join(f'{one} (status 404)' for one in named)}."


def test_a_single_one_that_is_there_leaves_the_second_untested():
    """What needs a second appointment says so, and nothing else is left open."""
    result, _ = run_with("gone there")
    opened = {one.id: one.reason for one in result.requirements if one.verdict == "untested"}
    assert (result.verdict, failed(result), set(opened)) == ("not-verified", [], {"OMN-LINK-04", "OMN-UNLINK-06"})
    assert set(opened.values()) == {"add a second appointment to fixtures.appointments."}


@pytest.mark.parametrize("places", ["gone", "gone gone", "gone gone gone gone"])
def test_none_that_is_there_is_not_testable(places):
    """Where every one is answered as the absent one is, base_url is as likely to be wrong as the list."""
    result, exchanges = run_with(places)
    assert result.verdict == "not-testable"
    assert "check base_url and fixtures.appointments" in result.reason
    assert len(exchanges) <= 10


def test_profiles_that_are_not_there_are_told():
    """Where no appointment can be linked to a profile, the reason names the profiles as well."""
    with reference_target(OMNEO, variants=["unknown-target-answers-404"]) as target:
        strange = tuple(f"{one[:-1]}{int(one[-1], 16) ^ 1:x}" for one in target.fixtures.profiles[:2])
        result, _ = run(replace(target, fixtures=replace(target.fixtures, profiles=strange)))
    assert (result.verdict, failed(result)) == ("not-verified", [])
    assert "check fixtures.profiles" in result.reason


@pytest.mark.parametrize(("variants", "status"), [(["unknown-target-answers-404"], 404), ([], 422)], ids=str)
def test_a_list_that_is_not_there_is_passed_by(variants, status):
    """A list that is refused as an unknown one is named, and what needs a list is untested; the rest is judged."""
    with reference_target(OMNEO, variants=variants) as target:
        result, _ = run(replace(target, fixtures=replace(target.fixtures, lists=("999",))), rounds=0)
    assert (result.verdict, failed(result)) == ("not-verified", [])
    assert f"Passed by: list 999 (status {status})." in result.reason
    untested = {one.reason for one in result.requirements if one.verdict == "untested" and one.level == "MUST"}
    assert "add a list to fixtures.lists." in untested


def test_a_profile_that_is_not_there_is_passed_by():
    """A profile that is refused as an unknown one is named, and the next ones serve."""
    with reference_target(OMNEO) as target:
        profiles = ("1a9c2d34-5b6f-4e70-8a12-3c4d5e6f7a8b", *target.fixtures.profiles)
        result, _ = run(replace(target, fixtures=replace(target.fixtures, profiles=profiles)), rounds=0)
    assert (result.verdict, result.reason) == ("conformant", f"Passed by: profile {profiles[0]} (status 422).")


@pytest.mark.parametrize("place", [0, 1])
def test_generated_bodies_accuse_after_a_profile_is_passed_by(place):
    """What a run passes by does not take the generated bodies from the requirement that judges them."""
    with reference_target(OMNEO, faults=["accepts-unknown-types"]) as target:
        profiles = list(target.fixtures.profiles)
        profiles.insert(place, "1a9c2d34-5b6f-4e70-8a12-3c4d5e6f7a8b")
        result, _ = run(replace(target, fixtures=replace(target.fixtures, profiles=tuple(profiles))), rounds=0)
    assert {("OMN-BODY-03", "link"), ("OMN-BODY-03", "unlink")} <= {*failed(result)}


def test_an_api_that_refuses_every_list_is_accused():
    """Where each of several lists is refused, it is not the list of fixtures that is blamed."""
    with reference_target(OMNEO, faults=["lists-refused"]) as target:
        result, _ = run(target, rounds=0)
    assert ("OMN-OK-01", "link") in failed(result)


def test_a_list_that_is_not_there_makes_room_for_the_next():
    """Of several lists the one that is there serves."""
    with reference_target(OMNEO) as target:
        fixtures = replace(target.fixtures, lists=("999", *target.fixtures.lists))
        result, _ = run(replace(target, fixtures=fixtures), rounds=0)
    assert (result.verdict, result.reason) == ("conformant", "Passed by: list 999 (status 422).")


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        ("link-does-nothing", "OMN-LINK-01"),
        ("link-stores-nothing-and-unlink-answers-404", "OMN-LINK-01"),
        ("link-stores-nothing-and-unlink-answers-409", "OMN-LINK-01"),
        ("link-stores-nothing-and-unlink-answers-422", "OMN-LINK-01"),
        ("link-shown-once-and-not-stored", "OMN-LINK-03"),
    ],
)
def test_a_link_that_does_not_link_is_told_as_that(fault, first):
    """Neither unlink nor the fixtures are blamed, and most is judged all the same."""
    with reference_target(OMNEO, faults=[fault]) as target:
        result, _ = run(target, rounds=0)
    assert first in {identifier for identifier, _ in failed(result)}
    assert {operation for _, operation in failed(result)} == {"link"}
    assert not any("fixtures.appointments" in one.reason for one in result.requirements)
    assert sum(one.verdict == "untested" for one in result.requirements) < 20


def test_an_unlink_that_refuses_what_is_linked_is_a_failure():
    """Where answers show that a link lasts, an unlink of it that is refused is told as that."""
    with reference_target(OMNEO, faults=["unlink-refuses-what-is-linked"]) as target:
        result, _ = run(target, rounds=0)
    assert ("OMN-OK-01", "unlink") in failed(result)
    assert {operation for _, operation in failed(result)} == {"unlink"}
