"""MijnKlantportaal promises the prefix of an id alone: ids of any unreserved characters are fixtures like others."""

from __future__ import annotations

import pytest

from appointment_conformance.apis.mijnklantportaal.form import FORM, MijnKlantportaalFixtures
from appointment_conformance.reference_apis import serve
from appointment_conformance.target_run import run
from appointment_conformance.targets import Target

IDS = ("apt_01J9-AB", "apt_a_b", "apt_c.d", "apt_~.", "apt_apt_x", "apt_7")


@pytest.fixture
def judged():
    """Judge a server, with these faults, whose appointments have the ids of IDS."""

    def judging(*faults):
        with serve("mijnklantportaal", faults=faults) as reference:
            records = reference.state.appointments
            for old, new in zip(reference.appointments, IDS, strict=False):
                records[new] = records.pop(old) | {"id": new}
            target = Target(
                name="own",
                api="mijnklantportaal",
                base_url=reference.base_url,
                token=reference.token,
                forbidden_token=reference.forbidden_token,
                fixtures=MijnKlantportaalFixtures(appointments=IDS),
                form=FORM,
                environment="test",
            )
            result, _ = run(target, rounds=0)
            return result, reference.foreign_touched()

    return judging


def test_a_conforming_server_with_such_ids_is_conformant(judged):
    """Nothing of such an id is taken for a mistake, and nobody else's appointment is written to."""
    result, touched = judged()
    assert (result.verdict, result.reason, touched) == ("conformant", "", ())


@pytest.mark.parametrize("fault", ["cancel-finds-by-wildcard", "cancel-finds-without-its-quote"])
def test_a_near_miss_of_such_an_id_is_still_caught(judged, fault):
    """A server that finds an appointment by a near miss of such an id is not conformant."""
    result, touched = judged(fault)
    failed = {one.id for one in result.requirements if one.verdict == "failed"}
    assert "MKP-PATH-02" in failed
    assert touched == ()
