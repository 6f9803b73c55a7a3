"""The schema that editors get accepts variables where a text may stand, and still finds mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from own_targets import SMALL_FILE

from appointment_conformance.targets.written_schema import written_schema
from appointment_conformance.targets_file import installed_forms

EXAMPLE = Path(__file__).parents[2] / "examples" / "targets.yaml"


@pytest.fixture(scope="module")
def editor():
    """A validator as an editor has one: it knows no format of ours."""
    schema = json.loads(installed_forms().written_schema_text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_example_is_valid(editor):
    """A file with variables, merge keys and keys with `x-` shows no mistake."""
    editor.validate(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        "    environment: ${KIND}",
        "    limits: {max_requests: '${N}', timeout_seconds: '${S:-5}'}",
        "    proxy: ${PROXY}",
        "    forbidden_token: ${file:/run/secrets/token}",
        "    description: ${ABOUT}",
    ],
)
def test_a_variable_is_accepted(editor, line):
    """Any text may come from a variable or a file."""
    editor.validate(yaml.safe_load(f"{SMALL_FILE}{line}\n"))


@pytest.mark.parametrize("old, new", [("apt_a1", "'${ID}'"), ("https://api.example.com/v1", "${URL}")])  # noqa: PT006
def test_a_required_value_may_be_a_variable(editor, old, new):
    """The address and the ids may be variables, too."""
    editor.validate(yaml.safe_load(SMALL_FILE.replace(old, new)))


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("    environment: stagging", "environment"),
        ("    limits: {max_requests: none}", "max_requests"),
        ("    proxy: proxy.example.com", "proxy"),
        ("    token_variable: X", "token_variable"),
        ("    read_only: maybe", "read_only"),
    ],
)
def test_a_mistake_is_still_found(editor, line, key):
    """A value that is neither right nor a variable is refused."""
    (error,) = editor.iter_errors(yaml.safe_load(f"{SMALL_FILE}{line}\n"))
    assert key in "".join(map(str, error.absolute_path)) + error.message


def test_only_what_describes_a_value_is_changed():
    """Conditions, negations and names of keys stay; a key of a file may be called like a keyword."""
    schema = {
        "if": {"pattern": "a"},
        "not": {"enum": ["a"]},
        "propertyNames": {"pattern": "a"},
        "properties": {"pattern": {"pattern": "a|b"}, "enum": {"type": "boolean"}},
    }
    changed = written_schema(schema)
    assert changed["properties"]["pattern"] == {"pattern": r"(?:a|b)|\$\{"}
    assert {**changed, "properties": 0} == {**schema, "properties": 0}
