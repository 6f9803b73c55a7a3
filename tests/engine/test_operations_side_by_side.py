"""Operations of one API may share a path, and each may take a body of its own or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from own_targets import OMNEO

from appointment_conformance.engine import Evidence
from appointment_conformance.engine.read_only import absent_probe
from appointment_conformance.http_rules.answers import allow_is_true
from appointment_conformance.traffic.case import ABSENT
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import Exchange, Request, Response
from appointment_specs.omneo import CONTRACT

LINK = CONTRACT.operations["link"]
ALONE = {"link": LINK}
SIDE_BY_SIDE = {"link": LINK, "drop": replace(LINK, name="drop", method="DELETE")}


def refused_put(allow):
    """Return a PUT to the path of link that was answered 405 with this Allow."""
    path = LINK.path_of("900001")
    probe = Probe("link/method/PUT", "link", "method", "PUT", path)
    request, response = Request("PUT", f"https://api.example.com{path}"), Response(405, headers=(("Allow", allow),))
    return ProbeResult(
        probe, Exchange(1, "methods", probe.name, "link", request, response, datetime(2026, 3, 1, tzinfo=UTC), 0.1)
    )


@pytest.mark.parametrize(
    ("operations", "allow", "deviates"),
    [
        (ALONE, "POST", False),
        (ALONE, "DELETE", True),
        (SIDE_BY_SIDE, "POST", False),
        (SIDE_BY_SIDE, "DELETE", False),
        (SIDE_BY_SIDE, "PUT", True),
    ],
)
def test_allow_may_name_either_method_of_a_shared_path(operations, allow, deviates):
    """The one method of a path has to be in Allow; of two that are judged, either may stand alone."""
    contract = SimpleNamespace(operations=operations, read_path=CONTRACT.read_path)
    evidence = Evidence(OMNEO, "link", (refused_put(allow),), contract=contract, contract_check=lambda *_: None)
    allow_is_true(evidence)
    assert bool(evidence.deviations) is deviates
    assert evidence.witnesses == {1}


def test_each_operation_has_its_own_body_for_an_absent_record():
    """What is sent about an absent record carries the body of its operation, and none where it takes none."""
    api = SimpleNamespace(
        contract=SimpleNamespace(operations=SIDE_BY_SIDE),
        absent_body=lambda _, operation: b"{}" if operation.name == "link" else None,
    )
    context = SimpleNamespace(api=api, absent_appointment="999999", target=OMNEO, authorized=())
    probes = [absent_probe(context, one, "path", ABSENT, ()) for one in SIDE_BY_SIDE.values()]
    assert [(one.method, one.body) for one in probes] == [("POST", b"{}"), ("DELETE", None)]
