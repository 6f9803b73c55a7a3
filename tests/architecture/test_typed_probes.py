"""Judges select probes by typed fields: no grammar inside a string decides what a requirement is about."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis.errors import InvalidArgument

import appointment_conformance
from appointment_conformance.apis.omneo.path_cases import HUGE_NUMBER, NEGATIVE_NUMBER, ZERO
from appointment_conformance.apis.omneo.probes import case_of, cases_of
from appointment_conformance.apis.omneo.questions import open_cases
from appointment_conformance.traffic.case import Credentials
from appointment_strategies.omneo import near_misses_of

PACKAGE = Path(appointment_conformance.__file__).parent
#: The members of a probe that are texts for people, and what a case is made of.
TEXTS = frozenset({"name", "path", "of"})
PARTS = frozenset({"family", "name", "rule", "label", "drawn"})


def forbidden(source):
    """Return the lines of a module that look into the texts of a probe, or take its case apart."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            outer, inner = node.attr, node.value.attr
            if (inner == "probe" and outer in TEXTS) or (inner == "case" and outer in PARTS) or inner == "moment":
                yield node.lineno


def test_no_judge_reads_a_probe_s_texts():
    """No requirement and no observation looks at the name of a probe, or at the parts of its case or moment."""
    folders = [PACKAGE / "http_rules", *PACKAGE.glob("apis/*/requirements")]
    modules = [*PACKAGE.glob("apis/*/observations.py"), *(path for folder in folders for path in folder.glob("*.py"))]
    assert len(modules) > 20
    assert {str(path): lines for path in modules if (lines := [*forbidden(path.read_text(encoding="utf-8"))])} == {}


@pytest.mark.parametrize(
    "line",
    [
        'seen.probe.name.endswith("race/both")',
        '"upper-case" in one.probe.name',
        'seen.probe.of.rsplit("/", 1)',
        'seen.probe.case.name == "zero"',
        'seen.probe.case.label.startswith("list id/")',
        'look.probe.moment.split("-")',
    ],
)
def test_what_reads_them_is_found(line):
    """Each way of looking into those texts is found."""
    assert [*forbidden(line)] == [1]


@pytest.mark.parametrize(
    "select",
    [
        lambda: cases_of("type", "uper-case"),
        lambda: cases_of("type", rule="type-aliases"),
        lambda: cases_of("typ"),
        lambda: cases_of("body", "null", "no-such"),
        lambda: open_cases("list id", "plus-sing"),
        lambda: open_cases("typ"),
    ],
)
def test_a_slip_in_a_selection_is_an_error(select):
    """A family, a name or a rule that nothing sent has cannot be asked for: the module would not import."""
    with pytest.raises(InvalidArgument):
        select()


def test_the_numbers_in_paths_are_those_that_are_sent():
    """The cases of numbers that no appointment has carry the names of the near misses that are sent."""
    names = {miss.name for miss in near_misses_of("omneo path")}
    assert {case.name for case in (ZERO, NEGATIVE_NUMBER, HUGE_NUMBER)} <= names


def test_a_selection_by_rule_is_every_class_that_breaks_it():
    """All classes of a rule are selected, and none of another."""
    broken = {case_of(miss) for miss in near_misses_of("type") if miss.rule == "type-string"}
    assert cases_of("type", rule="type-string") == broken
    assert len(broken) > 2


def test_each_kind_of_credentials_is_a_case_of_its_own():
    """No two kinds of wrong credentials are one case."""
    assert len({kind.case for kind in Credentials}) == len(Credentials)
