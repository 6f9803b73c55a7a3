"""Each defect of a published document is found where it is, and no longer once it is mended."""

from __future__ import annotations

import re

import pytest

from appointment_specs import APIS, ContractError, contract, document_findings, examine, overlay, published
from appointment_specs.places import at

LINK = "/paths/~1v3~1appointments~1{appointment}~1link/post"
UNLINK = "/paths/~1v3~1appointments~1{appointment}~1unlink/post"
CANCEL = "/paths/~1appointments~1{appointmentId}/delete"
SCHEMAS = "/components/schemas"
MEMBERS = f"{SCHEMAS}/Appointment/properties"
LINK_NODE = "$.paths['/v3/appointments/{appointment}/link'].post"
UNLINK_NODE = "$.paths['/v3/appointments/{appointment}/unlink'].post"
CANCEL_NODE = "$.paths.*.delete"
MKP_MEMBERS = "$.components.schemas.Appointment.properties"
ACTION = "$.components.schemas.AppointmentLinkAction"

# api, id, place of the defect, and how it is mended: the target and the update, None for a removal
DEFECTS = [
    ("omneo", "DOC-03", f"{LINK}/responses", f"{LINK_NODE}.responses", {"404": {"description": "x"}}),
    ("omneo", "DOC-04", "/security", UNLINK_NODE, {"security": [{"bearer": []}]}),
    ("omneo", "DOC-05", "/components", "$.components", {"securitySchemes": {"b": {"type": "http"}}}),
    ("omneo", "DOC-06", f"{SCHEMAS}/Appointment", "$.components.schemas.Appointment", {"required": ["id"]}),
    ("omneo", "DOC-06", f"{SCHEMAS}/AppointmentLink", "$.components.schemas.AppointmentLink", {"required": ["id"]}),
    (
        "omneo",
        "DOC-07",
        f"{LINK}/requestBody/content/application~1json/example",
        f"{LINK_NODE}.requestBody.content.*.example",
        {"type": "profile"},
    ),
    ("omneo", "DOC-08", f"{UNLINK}/description", UNLINK_NODE, {"description": "x"}),
    ("omneo", "DOC-11", f"{MEMBERS}", f"{MKP_MEMBERS}[?@.type == 'string']", {"format": "date-time"}),
    ("omneo", "DOC-12", "/servers/0/variables/tenant/default", "$.servers[0].variables.tenant", {"default": "acme"}),
    ("omneo", "DOC-13", f"{SCHEMAS}/AppointmentLinkAction", ACTION, {"oneOf": []}),
    ("mijnklantportaal", "DOC-01", f"{MEMBERS}/customerId", f"{MKP_MEMBERS}.customerId.nullable", None),
    ("mijnklantportaal", "DOC-01", f"{MEMBERS}/onlineMeetingLink", "$", {"openapi": "3.0.3"}),
    ("mijnklantportaal", "DOC-02", f"{CANCEL}/responses", f"{CANCEL_NODE}.responses", {"401": {}, "403": {}}),
    ("mijnklantportaal", "DOC-02", f"{CANCEL}/responses", CANCEL_NODE, {"security": []}),
    ("mijnklantportaal", "DOC-06", f"{SCHEMAS}/Error_ApiError", "$..Error_ApiError", {"required": ["message"]}),
    ("mijnklantportaal", "DOC-09", f"{MEMBERS}/status", f"{MKP_MEMBERS}.status", {"enum": ["scheduled"]}),
    ("mijnklantportaal", "DOC-10", f"{MEMBERS}/id", f"{MKP_MEMBERS}.id", {"pattern": "^apt_"}),
    ("mijnklantportaal", "DOC-11", MEMBERS, f"{MKP_MEMBERS}.*", {"format": "date-time"}),
    ("mijnklantportaal", "DOC-14", f"{CANCEL}/responses", f"{CANCEL_NODE}.responses", {"429": {}}),
    ("mijnklantportaal", "DOC-15", f"{MEMBERS}/status/example", f"{MKP_MEMBERS}.status", {"example": "canceled"}),
    (
        "mijnklantportaal",
        "DOC-16",
        f"{MEMBERS}/startsAt/example",
        f"{MKP_MEMBERS}.startsAt",
        {"example": "2025-03-05T16:00:00+01:00"},
    ),
]


def named(findings):
    """Return what identifies each finding."""
    return {(finding.id, finding.place) for finding in findings}


def mended(api, target, update):
    """Return the published document with one thing changed."""
    action = {"target": target, "remove": True} if update is None else {"target": target, "update": update}
    change = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]}
    return overlay.apply(published(api), change)


@pytest.mark.parametrize(("api", "number", "place", "target", "update"), DEFECTS)
def test_a_defect_is_found_until_it_is_mended(api, number, place, target, update):
    """The published document has the finding, the mended copy has not, and no finding is new in it."""
    before, after = named(document_findings(api)), named(examine(api, mended(api, target, update)))
    assert (number, place) in before
    assert (number, place) not in after
    assert after <= before


@pytest.mark.parametrize("api", APIS)
def test_every_finding_names_an_existing_place(api):
    """A place leads to something in the published document, and no finding is told twice."""
    findings = document_findings(api)
    assert len(named(findings)) == len(findings) >= 10
    for finding in findings:
        assert at(published(api), finding.place) is not None
        assert finding.finding


def test_every_rule_finds_something():
    """No rule is idle: each has a finding here with a way to mend it."""
    found = {finding.id for api in APIS for finding in document_findings(api)}
    assert found == {number for _, number, *_ in DEFECTS} == {f"DOC-{n:02}" for n in range(1, 17)}


def test_missing_codes_are_told_together():
    """Both undocumented answers to bad credentials are in one finding."""
    (finding,) = (finding for finding in document_findings("mijnklantportaal") if finding.id == "DOC-02")
    assert re.findall(r"\d+", finding.finding) == ["401", "403"]


def test_a_summer_example_with_a_summer_offset_is_no_finding():
    """The offset is judged on the day of the example, not the year round."""
    document = mended("mijnklantportaal", f"{MKP_MEMBERS}.endsAt", {"example": "2025-07-05T16:30:00+02:00"})
    assert ("DOC-16", f"{MEMBERS}/endsAt/example") not in named(examine("mijnklantportaal", document))


@pytest.mark.parametrize("api", APIS)
def test_the_contract_mends_what_it_states(api):
    """The contract has fewer findings than the published document, and none of its own."""
    assert named(examine(api, contract(api))) < named(document_findings(api))


def test_an_unknown_api_is_refused():
    """An api without rules is refused."""
    with pytest.raises(ContractError, match="no rules for the api 'other'"):
        examine("other", {})
