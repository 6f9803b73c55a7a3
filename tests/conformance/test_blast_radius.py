"""No scenario ever addresses a record that is not a fixture, on the worst server that can be."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from uuid import UUID

import pytest
from lenient_server import STRANGERS, lenient, readings
from own_targets import FOREIGN, MKP, OMNEO, full, local

from appointment_conformance.judging.requirement import catalogue, questionnaire
from appointment_conformance.running.run import Run
from appointment_conformance.scenarios.plan import plan
from appointment_strategies import near_miss_segments
from appointment_strategies.near_misses import uuid_of

# An obedient server uses up an appointment with every near miss.
MANY = replace(MKP, fixtures=replace(MKP.fixtures, appointments=tuple(f"apt_own{number:04}" for number in range(40))))
TARGETS = {"omneo": full(OMNEO), "mijnklantportaal": full(MANY)}
WRITTEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RUNS = [(api, profile, seed) for api in TARGETS for profile, seed in (("gate", 1), ("thorough", 2), ("thorough", 3))]


def asked(api, profile, seed):
    """Play every scenario of an api on the lenient server and return the target and what the server was asked."""
    with lenient() as server:
        target = local(TARGETS[api], server.server_port)
        run = Run(target, profile=profile, seed=seed)
        try:
            run.conduct(catalogue(api), questionnaire(api))
        finally:
            run.close()
        played = {seen.exchange.scenario for seen in run.recording.seen}
    assert played == {scenario.name for scenario in plan(api)}
    return target, server.asked


@pytest.mark.parametrize(("api", "profile", "seed"), RUNS)
def test_only_fixtures_are_addressed(api, profile, seed):
    """Every path names a fixture, the absent id or a listed near miss; no body can be read as another's record."""
    target, requests = asked(api, profile, seed)
    fixtures = {*target.fixtures.appointments, *target.fixtures.pending_appointments}
    near = {segment for fixture in fixtures for segment in near_miss_segments(api, fixture).values()}
    assert len(requests) > 20
    for method, segment, path, body in requests:
        assert segment in fixtures | near | {target.absent_appointment, *FOREIGN[api]}, path
        assert segment in fixtures or not readings(segment) & STRANGERS, path
        assert segment == target.absent_appointment or method in {"POST" if api == "omneo" else "DELETE", "GET"}
        assert not foreign_in(body, target), body


def foreign_in(body, target):
    """Return the ids in a body that a lenient server could take for a record which is not the target's own."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return set()
    if isinstance(value, str):
        return foreign_in(value.encode(), target)
    found = value if isinstance(value, list) else [value]
    return set().union(*(foreign_of(one, target) for one in found if isinstance(one, dict) and "id" in one))


def foreign_of(action, target):
    """Return the records that one action's id may be read as, without the target's own."""
    identifier, profiles = action["id"], {*target.fixtures.profiles, target.absent_profile}
    as_list = str(action.get("type")).strip().lower().startswith("list") or str(identifier).strip("+- ").isdigit()
    lists = (readings(identifier) - {*target.fixtures.lists}) & STRANGERS if as_list else set()
    return lists | (set(WRITTEN.findall(str(identifier).lower())) - profiles - near_uuids(target))


def near_uuids(target):
    """Return the UUIDs that no profile has: those made from a list's number, and the nil UUID."""
    made = {uuid_of(number, letter) for number in target.fixtures.lists for letter in "abcdf"}
    return {*made, str(UUID(int=0))}


def test_the_server_reads_leniently():
    """The readings that the test above relies on include casts, padding, wrapping and a second decoding."""
    assert "1" in readings([True])
    assert "12" in readings("12abc")
    assert "12" in readings(" 0012 ")
    assert "12" in readings(str(2**64 + 12))
    assert "12" in readings("%31%32")
    assert "13" in readings("0x13d")
    assert "13" in readings("12.5")
    assert "apt_12" in readings("APT_12")
