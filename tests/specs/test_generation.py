"""Schemathesis reads the contracts and generates requests that are valid by them."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import Config, GenerationMode
from schemathesis.specs.openapi import formats

from appointment_specs.mijnklantportaal import CONTRACT as MKP
from appointment_specs.omneo import CONTRACT as OMNEO

ACTIONS = ["/v3/appointments/{appointment}/link", "/v3/appointments/{appointment}/unlink"]
UNHURRIED = settings(
    max_examples=40, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(autouse=True)
def no_formats_of_a_run():
    """Remove the fixtures of earlier runs in this process from the formats of Schemathesis."""
    for name in [name for name in formats.STRING_FORMATS if name.startswith(("omneo-", "mkp-"))]:
        formats.unregister_string_format(name)


def operation(contract, path, method):
    """Load one operation without reading or writing files in the working directory."""
    config = Config.from_dict({"cache": {"enabled": False}, "generation": {"database": "none"}})
    return schemathesis.openapi.from_dict(contract.document, config=config)[path][method]


@pytest.mark.parametrize("path", ACTIONS)
def test_generated_bodies_match_type_and_id(path):
    """Every body generated as valid pairs its type with an id of the right form, and both types occur."""
    document = OMNEO.document
    judge = Draft202012Validator(document["components"]["schemas"]["AppointmentLinkAction"])
    kinds = set()

    @UNHURRIED
    @given(operation(OMNEO, path, "POST").as_strategy(generation_mode=GenerationMode.POSITIVE))
    def generate(case):
        judge.validate(case.body)
        kinds.add(case.body["type"])

    generate()
    assert kinds == {"profile", "list"}


def test_generated_paths_name_appointments():
    """Every path generated as valid for a cancel names an id that begins with apt_."""
    seen = set()

    @UNHURRIED
    @given(
        operation(MKP, "/appointments/{appointmentId}", "DELETE").as_strategy(generation_mode=GenerationMode.POSITIVE)
    )
    def generate(case):
        seen.add(case.path_parameters["appointmentId"])

    generate()
    assert seen
    assert all(name.startswith("apt_") for name in seen)
