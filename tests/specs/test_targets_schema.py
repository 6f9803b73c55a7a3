"""The schema of the targets file accepts what is documented and refuses everything else."""

from __future__ import annotations

import copy

import pytest
from jsonschema import Draft202012Validator

from appointment_specs import TargetKeys, targets_schema
from appointment_specs.mijnklantportaal import CONTRACT as MKP_CONTRACT
from appointment_specs.omneo import CONTRACT as OMNEO_CONTRACT

OMNEO = {
    "api": "omneo",
    "base_url": "https://api.example.com/api",
    "token": "t",
    "forbidden_token": "f",
    "fixtures": {
        "appointments": [900001, "900002"],
        "profiles": ["9b461544-f0db-44b6-8a11-0242ac120002", "9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55"],
        "lists": [204, 317],
        "absent_appointment": 987654321,
    },
}
MKP = {
    "api": "mijnklantportaal",
    "base_url": "http://127.0.0.1:8080/v1",
    "token": "t",
    "fixtures": {"appointments": ["apt_own0001", "apt_own0002"], "pending_appointments": ["apt_pen0001"]},
    "limits": {"requests_per_minute": 60, "max_requests": "120", "max_seconds": 300, "timeout_seconds": 2.5},
}


KEYS = {
    "omneo": TargetKeys.read(OMNEO_CONTRACT.folder, served_before="/v3"),
    "mijnklantportaal": TargetKeys.read(MKP_CONTRACT.folder, served_before="/appointments"),
}


def schema_of(keys=KEYS):
    """Return the schema of a targets file for these APIs."""
    return targets_schema(keys)


def valid(target, name="staging"):
    """Return whether a targets file with only this target is valid."""
    return Draft202012Validator(schema_of()).is_valid({"targets": {name: target}})


def changed(target, path, value):
    """Return a copy of a target with one member set, or left out if the value is None."""
    result = copy.deepcopy(target)
    *parents, name = path.split(".")
    node = result
    for parent in parents:
        node = node[parent]
    if value is None:
        del node[name]
    else:
        node[name] = value
    return result


def test_the_schema_is_a_schema():
    """The schema is valid JSON Schema and belongs to the caller."""
    Draft202012Validator.check_schema(schema_of())
    schema_of().clear()
    assert schema_of()


@pytest.mark.parametrize(
    ("target", "path", "value"),
    [
        (OMNEO, "description", "Shared staging"),
        (OMNEO, "forbidden_token", None),
        (OMNEO, "fixtures.lists", None),
        (OMNEO, "fixtures.absent_appointment", "987654321"),
        (OMNEO, "environment", "staging"),
        (OMNEO, "provision", {"definition_id": 3, "location_id": "4"}),
        (OMNEO, "provision", {"definition_id": 3, "location_id": 4, "list_definition_id": 5}),
        (OMNEO, "provision", {"definition_id": 3, "location_id": 4, "timezone": "Europe/Paris"}),
        (OMNEO, "provision", False),
        (OMNEO, "deviations", "deviations.yaml"),
        (MKP, "provision", True),
        (MKP, "read_only", True),
        (MKP, "advice", "fail"),
        (OMNEO, "advice", "ignore"),
        (MKP, "allow_production", True),
        (MKP, "limits", None),
        (MKP, "limits.connect_timeout_seconds", "0.5"),
        (MKP, "fixtures.pending_appointments", None),
        (MKP, "fixtures.absent_appointment", "apt_absent1"),
        (MKP, "fixtures.appointments", ["apt_01J9-AB", "apt_a_b", "apt_c.d", "apt_~"]),
    ],
)
def test_what_is_documented_is_valid(target, path, value):
    """Both targets are valid unchanged, and with each optional member set or left out."""
    assert valid(target)
    assert valid(changed(target, path, value))


@pytest.mark.parametrize(
    ("target", "path", "value"),
    [
        (OMNEO, "api", "other"),
        (OMNEO, "api", None),
        (OMNEO, "token", None),
        (OMNEO, "token", ""),
        (OMNEO, "token", "two words"),
        (OMNEO, "tokens", "t"),
        (OMNEO, "base_url", None),
        (OMNEO, "base_url", "ftp://api.example.com"),
        (OMNEO, "base_url", "https://user:secret@api.example.com"),
        (OMNEO, "base_url", "https://api.example.com/v1?x=1"),
        (OMNEO, "fixtures", None),
        (OMNEO, "fixtures.appointments", None),
        (OMNEO, "fixtures.appointments", []),
        (OMNEO, "fixtures.appointments", [0]),
        (OMNEO, "fixtures.appointments", ["12abc"]),
        (OMNEO, "fixtures.appointments", [7, 7]),
        (OMNEO, "fixtures.profiles", ["9b461544-f0db-44b6-8a11-0242ac120002"]),
        (OMNEO, "fixtures.profiles", ["x", "y"]),
        (OMNEO, "fixtures.pending_appointments", ["apt_a"]),
        (OMNEO, "provision", {"definition_id": 3}),
        (OMNEO, "provision", True),
        (OMNEO, "environment", "prod"),
        (MKP, "fixtures.appointments", [900001]),
        (MKP, "fixtures.appointments", ["cst_own0001"]),
        (MKP, "fixtures.appointments", ["apt_"]),
        (MKP, "fixtures.appointments", ["apt_a/b"]),
        (MKP, "fixtures.appointments", ["apt_a%62"]),
        (MKP, "fixtures.profiles", []),
        (MKP, "provision", {"definition_id": 3, "location_id": 4}),
        (MKP, "allow_production", "true"),
        (MKP, "advice", "warn"),
        (MKP, "limits.max_requests", 0),
        (MKP, "limits.timeout_seconds", 0),
        (MKP, "limits.timeout_seconds", "soon"),
        (MKP, "limits.timeout", 3),
    ],
)
def test_anything_else_is_invalid(target, path, value):
    """Missing, unknown and malformed members are refused for each API."""
    assert not valid(changed(target, path, value))


@pytest.mark.parametrize(
    ("name", "expected"), [("omneo-staging", True), ("A.b_1", True), ("-x", False), ("a b", False)]
)
def test_a_target_has_a_plain_name(name, expected):
    """A name can be used as a folder name and as an argument."""
    assert valid(MKP, name) is expected


@pytest.mark.parametrize("target", [OMNEO, MKP])
def test_provisioned_targets_need_no_fixtures(target):
    """Fixtures may be left out if the target's own operations create them."""
    bare = copy.deepcopy(target)
    del bare["fixtures"]
    provision = {"definition_id": 3, "location_id": 4} if target is OMNEO else True
    assert not valid(bare)
    assert valid(bare | {"provision": provision})
    assert not valid(bare | {"provision": False})


@pytest.mark.parametrize("target", [OMNEO, MKP])
def test_read_only_targets_need_no_fixtures(target):
    """Fixtures may be left out if `read_only` forbids changes."""
    bare = copy.deepcopy(target)
    del bare["fixtures"]
    assert valid(bare | {"read_only": True})
    assert not valid(bare | {"read_only": False})


def test_every_property_is_described():
    """Each key of a targets file has a description for editors and for the documentation."""
    definitions = schema_of()["$defs"]
    for name in ("target", "omneoFixtures", "mijnklantportaalFixtures", "omneoProvision", "limits"):
        for key, schema in definitions[name]["properties"].items():
            assert schema.get("description"), (name, key)


BOOKINGS = TargetKeys(
    served_before="/bookings",
    fixtures={
        "type": "object",
        "required": ["bookings"],
        "additionalProperties": False,
        "properties": {"bookings": {"type": "array", "items": {"$ref": "#/$defs/number"}}},
        "$defs": {"number": {"type": "string", "pattern": "^bkg_"}},
    },
    provision={"const": False},
)


@pytest.mark.parametrize(
    ("fixtures", "expected"),
    [({"bookings": ["bkg_1"]}, True), ({"bookings": [900001]}, False), ({"appointments": ["bkg_1"]}, False)],
)
def test_an_api_brings_the_schema_of_its_own_keys(fixtures, expected):
    """A definition of one API keeps its meaning even if another API has a definition of the same name."""
    schema = schema_of({**KEYS, "bookings": BOOKINGS})
    judge = Draft202012Validator(schema)
    entry = {"api": "bookings", "base_url": "https://api.example.com", "token": "t", "fixtures": fixtures}
    assert judge.is_valid({"targets": {"own": entry}}) is expected
    assert judge.is_valid({"targets": {"own": OMNEO, "other": MKP}})
    Draft202012Validator.check_schema(schema)


def test_the_base_schema_names_no_api():
    """Without APIs no value of `api` is valid; the description of `base_url` names the APIs that exist."""
    assert schema_of({})["$defs"]["target"]["properties"]["api"]["enum"] == []
    assert "before /bookings (bookings)." in str(schema_of({"bookings": BOOKINGS}))
