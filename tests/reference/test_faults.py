"""Faults and variants: each makes a difference, none goes beyond the fixtures, and each proves a requirement."""

from __future__ import annotations

import re

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference import UnknownFault
from appointment_conformance.reference_apis import all_faults, faults_by_api, reference_apis, serve

APIS = ("omneo", "mijnklantportaal")
FAULTS = {fault.name: fault for fault in all_faults()}
VARIANTS = [(api, name) for api in APIS for name in reference_apis()[api].variants]


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


@pytest.mark.parametrize(("api", "name"), VARIANTS)
def test_a_variant_serves_the_life_cycle(api, name, call):
    """A server that plays a variant still links, unlinks and cancels its fixtures."""
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
    """No two faults share a name, whichever api they are of, no two variants of one api, and no fault and variant."""
    declared = [mutation.of for api in APIS for mutation in reference_apis()[api].mutations]
    assert len(declared) == len(FAULTS) + len(VARIANTS)
    assert FAULTS.keys().isdisjoint(name for _, name in VARIANTS)


def test_the_api_of_a_fault_is_the_one_that_lists_it():
    """Faults and variants, the shared ones included, tell the api whose reference API has them."""
    for api, reference in reference_apis().items():
        listed = (*reference.faults.values(), *reference.variants.values())
        assert {each.api for each in listed} == {api}


def test_every_fault_and_variant_says_what_it_is():
    """A name is in lower case with hyphens, and a description is one sentence."""
    for each in (mutation.of for api in APIS for mutation in reference_apis()[api].mutations):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.name), each.name
        assert re.fullmatch(r"[A-Z`].*\.", each.description), each.name


def test_there_are_enough_of_both():
    """There are at least a hundred faults, of both apis, and twenty-five variants."""
    assert len(FAULTS) >= 110
    assert {fault.api for fault in FAULTS.values()} == set(APIS)
    assert len({name for _, name in VARIANTS}) >= 25


def test_every_fault_names_requirements_of_its_api():
    """A fault breaks at least one requirement, and names only those of its own api or of HTTP."""
    for fault in FAULTS.values():
        prefix = "OMN" if fault.api == "omneo" else "MKP"
        assert fault.breaks, fault.name
        for requirement in (*fault.breaks, *fault.entails):
            assert re.fullmatch(rf"({prefix}-[A-Z]+|HTTP)-\d\d", requirement), (fault.name, requirement)


@pytest.mark.parametrize(("kind", "name"), [("fault", "link-answer-202"), ("variant", "sloow")])
def test_what_a_server_does_not_have_is_refused(kind, name):
    """A mistyped fault or variant raises an error that names it and knows those that are there."""
    with pytest.raises(UnknownFault, match=f"no {kind} `{name}`") as raised, serve("omneo", **{f"{kind}s": [name]}):
        pass
    assert {"link-answers-202", "slow"} & {*raised.value.known}


def test_a_fault_of_another_api_is_refused_by_a_server():
    """A server has the faults of its own api and no others."""
    with pytest.raises(UnknownFault), serve("omneo", faults=["second-cancel-answers-200"]):
        pass


def test_faults_go_to_the_api_that_has_them():
    """Of the faults that a user names, each api gets its own."""
    chosen = faults_by_api(["second-cancel-answers-200", "link-answers-202"])
    assert chosen == {"omneo": ("link-answers-202",), "mijnklantportaal": ("second-cancel-answers-200",)}


def test_an_unknown_fault_is_told_with_the_closest_name():
    """A fault that no api has is a mistake of the user, told with the fault of any api that may be meant."""
    with pytest.raises(ConfigurationError, match=r"^there is no fault `second-cancel`; did you mean `second-cancel-"):
        faults_by_api(["link-answers-202", "second-cancel"])


def test_faults_add_up(call):
    """Two faults at once both show."""
    with serve("omneo", faults=["link-answers-202", "link-does-nothing"]) as reference:
        body = {"type": "profile", "id": reference.profiles[0]}
        response = call(reference).send("POST", f"/v3/appointments/{reference.appointments[0]}/link", json=body)
    assert (response.status_code, response.json()["data"]["links"]) == (202, [])
