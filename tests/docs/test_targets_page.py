"""The page on the targets file has exactly the keys of the schema."""

from __future__ import annotations

import pytest
from pages import tables, text_of

from appointment_conformance.targets import Limits
from appointment_conformance.targets_file import installed_forms
from appointment_specs import deviations_schema

SECTIONS = {
    "Of a target": "target",
    "fixtures of Omneo": "omneoFixtures",
    "fixtures of MijnKlantportaal": "mijnklantportaalFixtures",
    "provision": "omneoProvision",
    "limits": "limits",
}


@pytest.mark.parametrize(("section", "name"), SECTIONS.items(), ids=SECTIONS.values())
def test_the_page_has_the_keys_of_the_schema(section, name):
    """The keys of a section are those of its schema, each once."""
    keys = [row[0] for row in tables(text_of("docs/targets-file.md"))[section]]
    assert sorted(keys) == sorted(installed_forms().schema["$defs"][name]["properties"])


@pytest.mark.parametrize(("section", "name"), list(SECTIONS.items())[:4], ids=list(SECTIONS.values())[:4])
def test_the_page_says_which_keys_are_required(section, name):
    """The page calls a key required if and only if the schema requires it; fixtures may also be provisioned."""
    rows = tables(text_of("docs/targets-file.md"))[section]
    required = {row[0] for row in rows if row[1].startswith("yes")} - {"fixtures"}
    assert required == {*installed_forms().schema["$defs"][name]["required"]} - {"fixtures"}


def test_the_page_has_the_default_limits():
    """The default limits on the page are those of the code."""
    rows = tables(text_of("docs/targets-file.md"))["limits"]
    said = {row[0]: None if row[1] == "no limit" else float(row[1]) for row in rows}
    assert said == {name: getattr(Limits(), name) for name in said}


def test_the_page_of_deviations_has_the_keys_of_the_schema():
    """The keys of an entry are those of its schema, and all of them are required."""
    keys = [row[0] for row in tables(text_of("docs/known-deviations.md"))["Known deviations"]]
    assert keys == list(deviations_schema()["items"]["properties"])
    assert keys == deviations_schema()["items"]["required"]
