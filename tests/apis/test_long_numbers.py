"""Fixtures with long numbers: what cannot be sent for them is left out, and a conforming API is still conformant."""

from __future__ import annotations

import pytest

from appointment_conformance.apis.omneo.form import FORM, OmneoFixtures
from appointment_conformance.reference_apis import serve
from appointment_conformance.target_run import run
from appointment_conformance.targets import Target

NUMBERS = {
    "nine digits": (("123456789", "123456790", "123456791", "123456792"), ("987654321", "987654322", "987654323")),
    "fifteen": (
        ("123456789012345", "123456789012346", "123456789012347", "123456789012348"),
        ("987654321098765", "987654321098766", "987654321098767"),
    ),
    "seventeen": (
        ("12345678901234561", "12345678901234562", "12345678901234563", "12345678901234564"),
        ("98765432109876541", "98765432109876542", "98765432109876543"),
    ),
}


def judged(numbers, *faults):
    """Judge a reference whose appointments and lists have these numbers."""
    appointments, lists = NUMBERS[numbers]
    with serve("omneo", faults=faults) as reference:
        state = reference.state
        for old, new in zip(reference.appointments, appointments, strict=True):
            state.appointments[new] = state.appointments.pop(old)
            state.appointments[new].members["id"] = int(new)
        for old, new in zip(reference.lists, lists, strict=True):
            state.lists[new] = state.lists.pop(old) | {"id": int(new)}
        target = Target(
            name="own",
            api="omneo",
            base_url=reference.base_url,
            token=reference.token,
            forbidden_token=reference.forbidden_token,
            fixtures=OmneoFixtures(appointments, profiles=reference.profiles, lists=lists),
            form=FORM,
            environment="test",
        )
        result, _ = run(target, rounds=0)
        return result, reference.foreign_touched()


@pytest.mark.parametrize("numbers", NUMBERS)
def test_no_requirement_is_lost_to_what_is_left_out(numbers):
    """A conforming API is conformant; a requirement that no safe request can try is said not to apply, and no other."""
    result, touched = judged(numbers)
    assert (result.verdict, touched) == ("conformant", ())
    lost = {
        one.id for one in result.requirements if one.level == "MUST" and one.verdict == "untested" and not one.remedy
    }
    assert lost == ({"OMN-ID-05"} if numbers == "seventeen" else set())


@pytest.mark.parametrize("fault", ["accepts-digits-with-letters", "huge-integer-wraps", "accepts-unknown-types"])
def test_a_fault_shows_with_long_numbers_too(fault):
    """A server that takes wrong ids or types is not conformant, however long the numbers of its records are."""
    result, touched = judged("fifteen", fault)
    assert (result.verdict, touched) == ("not-conformant", ())
