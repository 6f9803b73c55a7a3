"""The forecast says what a run costs at most and what it leaves untested, and sends the target nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from impostor_server import impostor
from own_targets import MKP, OMNEO, full, local

from appointment_conformance.api import load_apis
from appointment_conformance.apis.mijnklantportaal.form import MijnKlantportaalFixtures
from appointment_conformance.cli.cost_plan import forecast, lines
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run
from appointment_conformance.targets import Limits, Target


def gaps(target):
    """Return the reasons of the requirements that are left untested, by id."""
    return {gap.requirement: gap.reason for gap in forecast(target).gaps}


def test_nothing_is_sent_to_the_target():
    """The target hears nothing, not even a connection."""
    with impostor(lambda _: None) as server:
        forecast(local(MKP, server.port))
        assert server.asked == []


def test_a_well_equipped_target_has_no_gaps():
    """With every fixture and both tokens nothing is left untested, and the bound is no less than what is expected."""
    told = forecast(MKP_FULL)
    assert told.gaps == ()
    assert told.expected_requests <= told.most_requests == sum(told.most.values())
    assert set(told.most) == {"cancel", "read"}


@pytest.mark.parametrize("configured", [True, False], ids=["absent id configured", "absent id made up"])
def test_a_run_costs_what_was_expected(configured):
    """A run of the reference API sends as many requests as were expected, and cancels no more than foreseen."""
    with reference_target("reference-mijnklantportaal") as target:
        fixtures = target.fixtures if configured else replace(target.fixtures, absent_appointment=None)
        told = forecast(replace(target, fixtures=fixtures))
        result, _ = run(replace(target, fixtures=fixtures))
    assert result.requests == told.expected_requests
    reads = sum(one.bounds("gate")["read"] for one in load_apis()["mijnklantportaal"].scenarios)
    others = 1 + len(fixtures.appointments)
    assert told.most["read"] == reads + others, "the absent appointment is read, and each of the list once"
    assert result.appointments_consumed <= told.appointments


@pytest.mark.parametrize(
    ("target", "requirement", "part"),
    [
        (replace(MKP, forbidden_token=None), "MKP-AUTH-05", "add forbidden_token"),
        (
            replace(MKP, fixtures=MijnKlantportaalFixtures(("apt_a1",))),
            "MKP-CANCEL-01",
            "add one to fixtures.appointments",
        ),
        (replace(OMNEO, forbidden_token=None), "OMN-AUTH-05", "add forbidden_token"),
        (replace(OMNEO, fixtures=replace(OMNEO.fixtures, lists=())), "OMN-ID-04", "add a list"),
        (replace(OMNEO, fixtures=replace(OMNEO.fixtures, appointments=("1",))), "OMN-LINK-04", "add a second"),
        (replace(OMNEO, limits=Limits(max_requests=60)), "OMN-BODY-03", "raise limits.max_requests"),
    ],
    ids=["token", "appointments", "omneo token", "lists", "second appointment", "budget"],
)
def test_what_is_missing_is_named(target, requirement, part):
    """A requirement that the target's equipment does not allow is untested, and the reason says what to add."""
    assert part in gaps(target)[requirement]


def test_optional_keys_are_listed_apart():
    """What an optional key would let a run judge is told with the key, and is no gap; with it nothing is listed."""
    told = forecast(MKP_FULL)
    assert {gap.requirement for gap in told.optional} == {"MKP-OWN-01", "MKP-OWN-02", "MKP-AUTH-10", "MKP-AUTH-11"}
    assert any(line.startswith("  optional: MKP-OWN-01 (cancel)") for line in lines(told))
    assert forecast(full(MKP_FULL)).optional == ()


def test_limits_are_taken_into_account():
    """The budget caps the requests, and the minutes follow from the rate limit."""
    told = forecast(replace(MKP, limits=Limits(max_requests=30, requests_per_minute=20)))
    assert (told.most_requests, told.minutes) == (30, 1.5)
    assert told.uncapped_requests > 30
    assert any("max_requests ends the run after 30" in line for line in lines(told))


def test_a_read_only_target_uses_up_nothing():
    """A target that is only read cancels nothing, and what takes more is untested."""
    told = forecast(replace(MKP, read_only=True))
    assert told.appointments == 0
    assert any("read_only" in gap.reason for gap in told.gaps)


def test_provisioned_fixtures_are_counted():
    """Where the target has its fixtures made, making and removing them is part of the bound."""
    target = Target.from_dict(
        "own",
        {"api": "mijnklantportaal", "base_url": "https://api.example.com/v1", "token": "t1", "provision": True},
        MKP.form,
    )
    assert forecast(target).most["provision"] > 0


MKP_FULL = replace(MKP, fixtures=replace(MKP.fixtures, appointments=tuple(f"apt_{number}" for number in range(8))))
