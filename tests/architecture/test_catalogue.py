"""The catalogue of requirements is whole: ids, statements, scenarios, and the checks that stand behind them."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from textwrap import dedent

import pytest
from contract_checks import EVIDENCE, NO_EVIDENCE
from schemathesis.checks import CHECKS, load_all_checks

from appointment_conformance.api import load_apis

PREFIX = {"omneo": "OMN", "mijnklantportaal": "MKP"}
ALL = [(api, one) for api in PREFIX for one in load_apis()[api].catalogue]
IDS = [f"{api}-{one.id}" for api, one in ALL]


@pytest.mark.parametrize("api", PREFIX)
def test_an_id_stands_once(api):
    """No two requirements of an api share an id, and there is more than a handful of them."""
    counted = Counter(one.id for one in load_apis()[api].catalogue)
    assert [name for name, count in counted.items() if count > 1] == []
    assert len(counted) > 20


@pytest.mark.parametrize(("api", "one"), ALL, ids=IDS)
def test_a_requirement_is_well_formed(api, one):
    """An id has its vendor's form, a statement is one sentence, a source is named, and operations are the api's."""
    assert re.fullmatch(rf"(?:{PREFIX[api]}-[A-Z]+|HTTP)-[0-9]{{2}}", one.id)
    sentence, _, why = one.statement.partition("\n")
    assert re.fullmatch(r"[A-Z`].*[^.]\.", sentence), sentence
    assert not re.search(r"[.!?] [A-Z]", sentence), sentence
    assert not why or why.startswith("\n"), "what explains a statement is a paragraph of its own"
    assert one.source
    assert one.level in {"MUST", "SHOULD"}
    assert one.operations
    assert set(one.operations) <= set(load_apis()[api].operations)


@pytest.mark.parametrize(("api", "one"), ALL, ids=IDS)
def test_the_scenarios_of_a_requirement_exist(api, one):
    """Every scenario that a requirement needs is in the plan of its api, for each of its operations."""
    played = {scenario.name for scenario in load_apis()[api].scenarios}
    assert {name for operation in one.operations for name in one.scenarios_of(operation)} <= played


@pytest.mark.parametrize("api", PREFIX)
def test_every_scenario_is_needed(api):
    """No scenario is played that no requirement looks at, and none stands twice in the plan."""
    names = [scenario.name for scenario in load_apis()[api].scenarios]
    needed = {
        name
        for one in load_apis()[api].catalogue
        for operation in one.operations
        for name in one.scenarios_of(operation)
    }
    assert len(names) == len(set(names))
    assert set(names) <= needed | {"preflight", "questions", "observations"}


def test_every_check_of_schemathesis_is_decided_on():
    """Each check is evidence for a requirement, or there is a reason why not; never both."""
    load_all_checks()
    assert {check.__name__ for check in CHECKS.get_all()} == {*EVIDENCE, *NO_EVIDENCE}
    assert not EVIDENCE.keys() & NO_EVIDENCE.keys()
    assert all(NO_EVIDENCE.values())


def test_a_check_is_evidence_exactly_where_it_is_asked():
    """A requirement stands behind a check if and only if its judge asks that check."""
    asked = {(check, one.id) for _, one in ALL for check in checks_asked(one.check)}
    assert asked == {(check, name) for check, names in EVIDENCE.items() for name in names}


def checks_asked(judge):
    """Return the names of the contract's checks that a judge asks."""
    tree = ast.parse(dedent(inspect.getsource(judge)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return {call.args[1].value for call in calls if call.func.attr == "expect_contract"}
