"""Each defect of a published document is found at its place, and no longer after it is fixed."""

from __future__ import annotations

import re

import pytest

from appointment_specs import overlay
from appointment_specs.mijnklantportaal import CONTRACT as MKP
from appointment_specs.omneo import CONTRACT as OMNEO
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

# contract, id, place of the defect, and how it is fixed: the target and the update, None for a removal
DEFECTS = [
    (OMNEO, "DOC-03", f"{LINK}/responses", f"{LINK_NODE}.responses", {"404": {"description": "x"}}),
    (OMNEO, "DOC-04", "/security", UNLINK_NODE, {"security": [{"bearer": []}]}),
    (OMNEO, "DOC-05", "/components", "$.components", {"securitySchemes": {"b": {"type": "http"}}}),
    (OMNEO, "DOC-06", f"{SCHEMAS}/Appointment", "$.components.schemas.Appointment", {"required": ["id"]}),
    (OMNEO, "DOC-06", f"{SCHEMAS}/AppointmentLink", "$.components.schemas.AppointmentLink", {"required": ["id"]}),
    (
        OMNEO,
        "DOC-07",
        f"{LINK}/requestBody/content/application~1json/example",
        f"{LINK_NODE}.requestBody.content.*.example",
        {"type": "profile"},
    ),
    (OMNEO, "DOC-08", f"{UNLINK}/description", UNLINK_NODE, {"description": "x"}),
    (OMNEO, "DOC-11", f"{MEMBERS}", f"{MKP_MEMBERS}[?@.type == 'string']", {"format": "date-time"}),
    (OMNEO, "DOC-12", "/servers/0/variables/tenant/default", "$.servers[0].variables.tenant", {"default": "acme"}),
    (OMNEO, "DOC-13", f"{SCHEMAS}/AppointmentLinkAction", ACTION, {"oneOf": []}),
    (MKP, "DOC-01", f"{MEMBERS}/customerId", f"{MKP_MEMBERS}.customerId.nullable", None),
    (MKP, "DOC-01", f"{MEMBERS}/onlineMeetingLink", "$", {"openapi": "3.0.3"}),
    (MKP, "DOC-02", f"{CANCEL}/responses", f"{CANCEL_NODE}.responses", {"401": {}, "403": {}}),
    (MKP, "DOC-02", f"{CANCEL}/responses", CANCEL_NODE, {"security": []}),
    (MKP, "DOC-06", f"{SCHEMAS}/Error_ApiError", "$..Error_ApiError", {"required": ["message"]}),
    (MKP, "DOC-09", f"{MEMBERS}/status", f"{MKP_MEMBERS}.status", {"enum": ["scheduled"]}),
    (MKP, "DOC-10", f"{MEMBERS}/id", f"{MKP_MEMBERS}.id", {"pattern": "^apt_"}),
    (MKP, "DOC-11", MEMBERS, f"{MKP_MEMBERS}.*", {"format": "date-time"}),
    (MKP, "DOC-14", f"{CANCEL}/responses", f"{CANCEL_NODE}.responses", {"429": {}}),
    (MKP, "DOC-15", f"{MEMBERS}/status/example", f"{MKP_MEMBERS}.status", {"example": "canceled"}),
    (
        MKP,
        "DOC-16",
        f"{MEMBERS}/startsAt/example",
        f"{MKP_MEMBERS}.startsAt",
        {"example": "2025-03-05T16:00:00+01:00"},
    ),
]


def named(findings):
    """Return what identifies each finding."""
    return {(finding.id, finding.place) for finding in findings}


def fixed(contract, target, update):
    """Return the published document with one change."""
    action = {"target": target, "remove": True} if update is None else {"target": target, "update": update}
    change = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]}
    return overlay.apply(contract.published, change)


@pytest.mark.parametrize(("contract", "number", "place", "target", "update"), DEFECTS)
def test_a_defect_is_found_until_it_is_fixed(contract, number, place, target, update):
    """The published document has the finding; the fixed copy does not have it, and has no new finding."""
    before, after = named(contract.findings()), named(contract.examine(fixed(contract, target, update)))
    assert (number, place) in before
    assert (number, place) not in after
    assert after <= before


@pytest.mark.parametrize("contract", [OMNEO, MKP], ids=["omneo", "mijnklantportaal"])
def test_every_finding_names_an_existing_place(contract):
    """A place exists in the published document, and no finding is reported twice."""
    findings = contract.findings()
    assert len(named(findings)) == len(findings) >= 10
    for finding in findings:
        assert at(contract.published, finding.place) is not None
        assert finding.finding


def test_every_rule_finds_something():
    """Each rule has a finding here, with a way to fix it."""
    ids = {finding.id for contract in (OMNEO, MKP) for finding in contract.findings()}
    assert ids == {number for _, number, *_ in DEFECTS} == {f"DOC-{n:02}" for n in range(1, 17)}


def test_missing_codes_are_in_one_finding():
    """Both undocumented answers to bad credentials are in one finding."""
    (finding,) = (finding for finding in MKP.findings() if finding.id == "DOC-02")
    assert re.findall(r"\d+", finding.finding) == ["401", "403"]


def test_a_summer_example_with_a_summer_offset_is_not_a_finding():
    """The offset must be valid on the day of the example, not only in another season."""
    document = fixed(MKP, f"{MKP_MEMBERS}.endsAt", {"example": "2025-07-05T16:30:00+02:00"})
    assert ("DOC-16", f"{MEMBERS}/endsAt/example") not in named(MKP.examine(document))


@pytest.mark.parametrize("contract", [OMNEO, MKP], ids=["omneo", "mijnklantportaal"])
def test_the_contract_has_fewer_findings(contract):
    """The contract has fewer findings than the published document, and no new ones."""
    assert named(contract.examine(contract.document)) < named(contract.findings())
