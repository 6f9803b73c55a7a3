"""Faults and variants: each makes a difference, none goes beyond the fixtures, and each proves a requirement."""

from __future__ import annotations

import re

import pytest

from appointment_conformance.reference import FAULTS, VARIANTS, UnknownFault, catalogue, serve
from appointment_conformance.reference.mutation import changes

APIS = ("omneo", "mijnklantportaal")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_changes_an_answer(name, round_of, conforming):
    """A server with one fault answers one round otherwise than one without."""
    api = FAULTS[name].api
    with serve(api, faults=[name]) as reference:
        assert any(told != expected for told, expected in zip(round_of(reference), conforming[api], strict=True))


@pytest.mark.parametrize("name", [name for name in FAULTS if "path" in name or "finds" in name])
def test_a_lenient_path_leads_to_fixtures_only(name, round_of):
    """A server that is lenient about ids serves near misses of a fixture from that fixture, and nothing else."""
    with serve(FAULTS[name].api, faults=[name]) as reference:
        list(round_of(reference))
        assert reference.foreign_touched() == ()


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_serves_the_life_cycle(name, call):
    """A server that plays a variant still links, unlinks and cancels its fixtures."""
    for api in (VARIANTS[name].api,) if VARIANTS[name].api else APIS:
        with serve(api, variants=[name]) as reference:
            caller, fixture = call(reference), reference.appointments[-1]
            if api == "omneo":
                body = {"type": "profile", "id": reference.profiles[0]}
                linked = caller.send("POST", f"/v3/appointments/{fixture}/link", json=body)
                assert linked.status_code in {200, 201}
                assert reference.profiles[0] in {link["target_id"] for link in linked.json()["data"]["links"]}
                assert caller.send("POST", f"/v3/appointments/{fixture}/unlink", json=body).status_code == 204
            else:
                canceled = caller.send("DELETE", f"/appointments/{fixture}")
                assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
                assert caller.send("DELETE", f"/appointments/{fixture}").status_code == 409


def test_a_conforming_server_tells_the_same_twice(round_of, conforming):
    """Two conforming servers answer one round alike, whichever of two simultaneous requests comes first."""
    for api in APIS:
        with serve(api) as reference:
            assert list(round_of(reference)) == conforming[api]


def test_names_are_unique():
    """No two faults or variants share a name, whichever api they are of."""
    names = [change.of.name for change in changes(*catalogue.MODULES)]
    assert sorted(names) == sorted(catalogue.CHANGES)


def test_every_fault_and_variant_says_what_it_is():
    """A name is in lower case with hyphens, and a description is one sentence."""
    for each in (*FAULTS.values(), *VARIANTS.values()):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.name), each.name
        assert re.fullmatch(r"[A-Z`].*\.", each.description), each.name


def test_there_are_enough_of_both():
    """There are at least a hundred faults, of both apis, and twenty-five variants."""
    assert len(FAULTS) >= 110
    assert {fault.api for fault in FAULTS.values()} == set(APIS)
    assert len(VARIANTS) >= 25


def test_every_fault_names_requirements_of_its_api():
    """A fault breaks at least one requirement, and names only those of its own api or of HTTP."""
    for fault in FAULTS.values():
        prefix = "OMN" if fault.api == "omneo" else "MKP"
        assert fault.breaks, fault.name
        for requirement in (*fault.breaks, *fault.entails):
            assert re.fullmatch(rf"({prefix}-[A-Z]+|HTTP)-\d\d", requirement), (fault.name, requirement)


def test_an_unknown_fault_is_refused_with_the_closest_name():
    """A mistyped fault raises an error that names it and the fault that was meant."""
    with (
        pytest.raises(UnknownFault, match=r"link-answer-202.*did you mean 'link-answers-202'"),
        serve("omneo", faults=["link-answer-202"]),
    ):
        pass


def test_an_unknown_variant_is_refused_with_the_closest_name():
    """A mistyped variant raises an error that names it and the variant that was meant."""
    with (
        pytest.raises(UnknownFault, match=r"unknown variant 'sloow'; did you mean 'slow'"),
        serve("omneo", variants=["sloow"]),
    ):
        pass


def test_a_fault_of_the_other_api_changes_nothing(round_of, conforming):
    """A server ignores the faults of the other vendor."""
    with serve("omneo", faults=["second-cancel-answers-200"]) as reference:
        assert list(round_of(reference)) == conforming["omneo"]


def test_faults_add_up(call):
    """Two faults at once both show."""
    with serve("omneo", faults=["link-answers-202", "link-does-nothing"]) as reference:
        body = {"type": "profile", "id": reference.profiles[0]}
        response = call(reference).send("POST", f"/v3/appointments/{reference.appointments[0]}/link", json=body)
    assert (response.status_code, response.json()["data"]["links"]) == (202, [])
