"""The text of a new targets file is one that a run reads, with every key of the schema, and with no secret."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from own_targets import MKP_FORM, OMNEO_FORM, PROFILES

from appointment_conformance.targets.draft import SCHEMA_FILE, TargetDraft, _written, variable_for
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.targets.target import TOKENS
from appointment_conformance.targets.yaml_text import parse
from appointment_conformance.targets_file import installed_forms, read_targets

FIXTURES = {
    "omneo": {"appointments": [900001, 900002], "profiles": list(PROFILES)},
    "mijnklantportaal": {"appointments": ["apt_a1", "apt_a2"]},
}
#: Keys that say the opposite of others where they are uncommented.
CONTRADICTING = {"read_only", "provision"}


def draft_of(form, **changed):
    """Return a draft of a target of an API."""
    given = {"variables": {"token": "OWN_TOKEN"}, "fixtures": FIXTURES[form.api], **changed}
    return TargetDraft("own", form, "https://api.example.com/v1", **given)


def read(text, environ, tmp_path):
    """Return the target of a targets file."""
    (target,) = read_targets(TargetsText(tmp_path / "targets.yaml", text, tmp_path), (), environ)
    return target


forms = pytest.mark.parametrize("form", [OMNEO_FORM, MKP_FORM], ids=lambda form: form.api)


@forms
def test_the_text_is_read_at_once(form, tmp_path):
    """A run reads what was described, with the token of the variable."""
    target = read(draft_of(form).text, {"OWN_TOKEN": "secret-value"}, tmp_path)
    assert (target.name, target.api, target.token) == ("own", form.api, "secret-value")
    assert list(target.fixtures.appointments) == [str(name) for name in FIXTURES[form.api]["appointments"]]


@forms
def test_every_key_of_the_schema_is_there(form):
    """A key without a value is a comment, so that a key that the schema gets appears by itself."""
    keys = installed_forms().schema["$defs"]["target"]["properties"]
    text = draft_of(form).text
    assert [key for key in keys if not re.search(rf"(?m)^    (# )?{key}:", text)] == []
    fixtures = form.fixtures_schema["properties"]
    assert [key for key in fixtures if not re.search(rf"(?m)^      (# )?{key}:", text)] == []


@forms
def test_an_optional_key_with_a_value_can_be_uncommented(form, tmp_path):
    """Where the schema says what a value may be, removing the `#` is enough."""
    text, environ = draft_of(form).text, {variable_for("own", key): f"value-of-{key}" for key in TOKENS}
    optional = set(re.findall(r"(?m)^    # (\w+): \S", text)) - CONTRADICTING
    assert {"forbidden_token", "environment", "advice"} <= optional
    for key in optional:
        read(re.sub(rf"(?m)^    # ({key}:)", r"    \1", text), environ, tmp_path)


@forms
def test_an_editor_accepts_the_text(form):
    """The first line names the schema that the suite prints, and the text is valid by it, variables included."""
    text = draft_of(form, variables=dict.fromkeys(TOKENS, "OWN_TOKEN")).text
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    Draft202012Validator(json.loads(installed_forms().written_schema_text)).validate(yaml.safe_load(text))


def test_provision_takes_the_place_of_fixtures(tmp_path):
    """A target that makes its records needs no fixtures; a mapping has its own lines and comments."""
    draft = draft_of(OMNEO_FORM, fixtures={}, provision={"definition_id": 3, "location_id": 4})
    target = read(draft.text, {"OWN_TOKEN": "secret-value"}, tmp_path)
    assert (target.provision.definition_id, target.provision.location_id) == (3, 4)
    assert re.search(r"(?m)^      # timezone:$", draft.text)
    assert re.search(r"(?m)^    # fixtures:$", draft.text)


@pytest.mark.parametrize(
    ("name", "variable"),
    [("omneo-staging", "OMNEO_STAGING_TOKEN"), ("2.b", "TARGET_2_B_TOKEN"), ("A--b_", "A_B_TOKEN")],
)
def test_a_variable_is_proposed(name, variable):
    """The name of a target becomes one that every system has for a variable."""
    assert variable_for(name, "token") == variable


@given(st.recursive(st.booleans() | st.integers(-(10**9), 10**9) | st.text("a01.: #[]{},'\"-~é$&*yesno"), st.lists))
def test_a_value_is_written_on_one_line_and_read_as_it_was(value):
    """Whatever YAML would take for something else is in quotes."""
    text = _written(value)
    assert "\n" not in text
    assert parse(f"key: {text}\n", name="x").data == {"key": value}
