"""What users rely on is what it was: names, keys, codes, and the requests of a run.

After a change that is meant, `python tests/contract/write_snapshots.py` stores the new state, and CHANGELOG.md tells
users of it.
"""

from __future__ import annotations

import catalogue_today as today
import pytest
from outside import gate_run
from parts import ALL, DECLARED, IN_PYTEST, LEFT_BY_A_RUN, kill_matrix_columns, kill_matrix_faults
from schema_keys import keys_of
from snapshots import FOLDER, differences, stored


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_declared_is_what_it_was(name):
    """Commands, exit codes, ids, names of scenarios and faults, keys of files: none is added, removed or changed."""
    told = differences(stored(name), DECLARED[name]())
    assert not told, "\n".join(told)


def test_a_gate_run_leaves_what_it_left(tmp_path):
    """A run sends the same requests in the same order, and leaves files and JUnit cases of the same names."""
    reports = gate_run(tmp_path)
    contents = {name: content(reports) for name, content in LEFT_BY_A_RUN.items()}
    told = [f"{name}: {one}" for name, content in contents.items() for one in differences(stored(name), content)]
    assert not told, "\n".join(told)


def test_pytest_offers_what_it_offered(tmp_path):
    """The suite's options, hooks, fixtures, markers and items in pytest are the same."""
    contents = {name: content(tmp_path) for name, content in IN_PYTEST.items()}
    told = [f"{name}: {one}" for name, content in contents.items() for one in differences(stored(name), content)]
    assert not told, "\n".join(told)


def test_each_snapshot_is_of_a_part():
    """No stored file is left of a part that is not compared any more, and none is missing."""
    assert {path.name for path in FOLDER.iterdir()} == ALL


@pytest.mark.parametrize("api", today.APIS)
def test_the_kill_matrix_has_every_fault_and_every_requirement(api):
    """The stored kill matrix has a row for each fault of an api and a column for each requirement."""
    assert sorted(kill_matrix_faults(api)) == sorted(today.faults(api))
    assert set(today.requirements(api)) <= set(kill_matrix_columns())


def test_a_difference_says_what_it_is():
    """A fact that is added, removed or changed is told with its place; a line of a text with its number."""
    before = {"run": {"--seed": {"default": 1}, "--old": {"default": None}}}
    after = {"run": {"--seed": {"default": 2}, "--new": {"default": None}}}
    assert differences(before, after) == [
        "removed: run > --old > default = null",
        "added: run > --new > default = null",
        "changed: run > --seed > default was 1, is 2",
    ]
    assert differences(["a", "b", "c"], ["a", "c", "d"]) == ["removed: line 2: b", "added: line 3: d"]
    assert differences({"omneo": ["a", "b"]}, {"omneo": ["a"]}) == ["removed: omneo, line 2: b"]
    assert differences(before, before) == []


def test_a_key_is_found_wherever_a_schema_describes_it():
    """References, combinations, alternatives and branches of a known value are followed; other branches are not."""
    schema = {
        "required": ["kind"],
        "properties": {"kind": {"enum": ["b", "a"]}, "list": {"items": {"$ref": "#/$defs/number"}}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "a"}}},
                "then": {"properties": {"of a": {"$ref": "#/$defs/open"}}},
            },
            {"if": {"properties": {"kind": {"const": "b"}}}, "then": {"properties": {"of b": {}}}},
            {"if": {"properties": {"size": {}}}, "else": {"required": ["list"]}},
        ],
        "$defs": {
            "number": {"type": "integer"},
            "filled": {"type": "object", "properties": {"deep": {}}},
            "open": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/filled"}]},
        },
    }
    assert keys_of(schema, kind="a") == {
        "(the whole)": {},
        "kind": {"required": True, "values": ["a", "b"]},
        "list": {"required": "sometimes"},
        "list[]": {"type": "integer"},
        "of a": {"type": ["null", "object"], "required": False},
        "of a.deep": {"required": False},
    }
