"""`result.json` keeps its contract."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from sample_runs import HOSTILE, MIXED, UNTESTABLE, hostile

from appointment_reports import document, dumps, result_schema

RUNS = {"mixed": MIXED, "untestable": UNTESTABLE, "hostile": hostile(), "huge": hostile(HOSTILE + "x" * 1_000_000)}


@pytest.mark.parametrize("result", RUNS.values(), ids=RUNS)
def test_every_run_conforms_to_the_schema(result):
    """The text is UTF-8 JSON of bounded length, and its value is what the schema says."""
    text = dumps(result)
    value = json.loads(text.encode())
    assert not list(Draft202012Validator(result_schema()).iter_errors(value))
    assert value == document(result)
    assert len(text) < 4_000_000


def test_the_schema_is_valid_and_refuses_what_it_does_not_know():
    """The schema is a JSON Schema, and another key or a missing one breaks it."""
    schema = result_schema()
    Draft202012Validator.check_schema(schema)
    value = document(MIXED)
    assert not Draft202012Validator(schema).is_valid({**value, "more": 1})
    assert not Draft202012Validator(schema).is_valid({key: value[key] for key in value if key != "verdict"})


def test_a_failure_is_evidence():
    """A failure holds both sides, the exchange with its body as text, and the replay line."""
    failure = document(MIXED)["requirements"][1]["failure"]
    assert (failure["expected"], failure["actual"]) == ("status 422", "status 200")
    assert failure["exchange"]["number"] == 17
    assert failure["exchange"]["request"]["body"] == '{"type": "profile", "id": "no-uuid"}'
    assert failure["exchange"]["response"]["status"] == 200
    assert failure["curl"].startswith("curl ")


def test_no_character_of_the_target_is_raw():
    """The text prints: control characters are escapes that can be seen."""
    text = dumps(hostile())
    assert all(char.isprintable() or char == "\n" for char in text)


def test_the_same_run_gives_the_same_text():
    """Nothing of the moment of writing is in the document."""
    assert dumps(MIXED) == dumps(MIXED)
