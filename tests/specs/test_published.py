"""The published documents have the structure that the vendors publish, including its defects."""

from __future__ import annotations

import pytest
import yaml
from openapi_spec_validator import validate

from appointment_specs.mijnklantportaal import CONTRACT as MKP
from appointment_specs.omneo import CONTRACT as OMNEO

LINK = "/v3/appointments/{appointment}/link"
UNLINK = "/v3/appointments/{appointment}/unlink"
CANCEL = "/appointments/{appointmentId}"


CONTRACTS = pytest.mark.parametrize("contract", [OMNEO, MKP], ids=["omneo", "mijnklantportaal"])


@CONTRACTS
@pytest.mark.parametrize("name", ["published", "document"])
def test_documents_are_valid_openapi(contract, name):
    """Published documents and contracts both pass the OpenAPI validator."""
    validate(getattr(contract, name))
    assert getattr(contract, name)["openapi"].startswith("3.1.")


@pytest.mark.parametrize("name", ["published", "document"])
def test_documents_belong_to_the_caller(name):
    """A change that one caller makes to a document does not affect the next caller."""
    getattr(OMNEO, name)["paths"].clear()
    assert set(getattr(OMNEO, name)["paths"]) == {LINK, UNLINK}


def test_omneo_leaves_authentication_undeclared():
    """Omneo documents 401 but declares no security and no scheme; its server has a placeholder tenant."""
    document = OMNEO.published
    assert document["openapi"] == "3.1.0"
    assert document["security"] == []
    assert "securitySchemes" not in document["components"]
    assert document["servers"][0]["variables"] == {"tenant": {"default": "example"}}


def test_omneo_unlink_answers():
    """Unlink documents 204 without content and the four errors."""
    responses = OMNEO.published["paths"][UNLINK]["post"]["responses"]
    assert set(responses) == {"204", "401", "403", "404", "422"}
    assert set(responses["204"]) == {"description"}


def test_omneo_link_is_what_its_page_shows():
    """Link shares the payload of unlink, shows a sample with only an id, and documents no error."""
    link, unlink = (OMNEO.published["paths"][path]["post"] for path in (LINK, UNLINK))
    content = link["requestBody"]["content"]["application/json"]
    assert content["schema"] == unlink["requestBody"]["content"]["application/json"]["schema"]
    assert list(content["example"]) == ["id"]
    assert list(link["responses"]) == ["200"]


def test_omneo_action_does_not_tie_id_to_type():
    """The published payload requires type and id, and says of id only that it is text."""
    action = OMNEO.published["components"]["schemas"]["AppointmentLinkAction"]
    assert action["properties"] == {"type": {"type": "string", "enum": ["profile", "list"]}, "id": {"type": "string"}}
    assert action["required"] == ["type", "id"]
    assert set(action) == {"type", "description", "properties", "required", "title"}


def test_cancel_documents_three_answers():
    """Cancel documents 200, 404 and 409, under a bearer scheme for the whole document."""
    document = MKP.published
    assert set(document["paths"][CANCEL]["delete"]["responses"]) == {"200", "404", "409"}
    assert document["security"] == [{"APIKey": []}]
    assert document["openapi"] == "3.1.1"


def test_cancel_schema_is_loose():
    """The published appointment requires nothing, lists no status, and has two members with `nullable`."""
    schema = MKP.published["components"]["schemas"]["Appointment"]
    assert "required" not in schema
    assert "enum" not in schema["properties"]["status"]
    assert [name for name, member in schema["properties"].items() if member.get("nullable")] == [
        "customerId",
        "onlineMeetingLink",
    ]


@CONTRACTS
def test_every_statement_names_its_source(contract):
    """Each action of an overlay has a description and names its source."""
    text = contract.folder.joinpath("overlay.yaml").read_text(encoding="utf-8")
    descriptions = [action["description"] for action in yaml.safe_load(text)["actions"]]
    assert all("Source: " in description for description in descriptions)
    assert len(set(descriptions)) == len(descriptions) >= 10
