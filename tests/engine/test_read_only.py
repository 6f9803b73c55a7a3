"""A read-only target is sent nothing that could succeed in changing anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lenient_server import lenient
from own_targets import MKP, OMNEO, guard_of, local
from scripted_server import message, scripted

from appointment_conformance.errors import RequestRefused
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run
from appointment_strategies import mijnklantportaal, omneo

NEAR = {"omneo": omneo, "mijnklantportaal": mijnklantportaal}
APIS = ("omneo", "mijnklantportaal")
SHOWN = {
    "omneo": {
        "OMN-PATH-01",
        "OMN-METHOD-01",
        "OMN-ERR-03",
        "OMN-ERR-04",
        *(f"OMN-AUTH-0{n}" for n in (1, 2, 3, 4, 6, 7, 8, 9)),
    },
    "mijnklantportaal": {
        "MKP-PATH-01",
        "MKP-ERR-02",
        *(f"MKP-AUTH-{n:02}" for n in (1, 2, 3, 4, 6, 7, 8, 9, 10)),
    },
}
HTTP = {
    "omneo": {f"HTTP-0{number}" for number in range(1, 7)},
    # No method is left to be refused: HTTP lets those create what is not there that the contract does not declare.
    "mijnklantportaal": {f"HTTP-0{number}" for number in range(2, 6)},
}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("fixtures", [True, False], ids=["with fixtures", "without"])
def test_only_what_absent_appointments_show_is_judged(api, fixtures):
    """What an absent appointment shows passes; everything else is untested with a sentence, and nothing fails."""
    with reference_target(f"reference-{api}") as target:
        own = target.fixtures if fixtures else target.form.read_fixtures({})
        result, _ = run(replace(target, read_only=True, fixtures=own))
    assert result.verdict == "not-verified"
    assert {one.id for one in result.requirements if one.verdict == "passed"} == SHOWN[api] | HTTP[api]
    others = [one for one in result.requirements if one.verdict != "passed"]
    assert {one.verdict for one in others} == {"untested"}
    assert {one.id[3:] for one in others if not one.applicable} == (set() if fixtures else {"-OWN-01", "-OWN-02"})
    assert all("read_only" in one.reason or "forbidden_token" in one.reason for one in others)


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
def test_a_server_that_obeys_everything_is_asked_to_change_nothing(target):
    """Even the most lenient server is only asked to read, or to do what is declared to the absent appointment."""
    with lenient() as server:
        own = local(target, server.server_port, read_only=True)
        run(own)
        asked = list(server.asked)
    assert len(asked) >= 3
    declared = ("POST", "DELETE")[target.api == "mijnklantportaal"]
    acted = [(method, segment) for method, segment, _, _ in asked if method != "GET"]
    assert set(acted) == {(declared, own.absent_appointment)}


@pytest.mark.parametrize("target", [OMNEO, MKP], ids=lambda target: target.api)
def test_the_guard_of_a_read_only_target_refuses_writes(target):
    """The guard holds it: a fixture takes reads, a near miss nothing, an absent id reads and the declared method."""
    guard = guard_of(replace(target, read_only=True))
    method, path = ("POST", "/v3/appointments/{}/link") if target.api == "omneo" else ("DELETE", "/appointments/{}")
    fixture = target.fixtures.appointments[0]
    for segment in (fixture, *NEAR[target.api].near_miss_segments(fixture).values()):
        with pytest.raises(RequestRefused):
            guard.check(method, target.base_url + path.format(segment), None)
    guard.check("GET", target.base_url + path.format(fixture).removesuffix("/link"), None)
    absent = target.base_url + path.format(target.absent_appointment)
    guard.check(method, absent, None)
    guard.check("GET", absent, None)
    for other in {"PUT", "PATCH", "POST", "DELETE"} - {method}:
        with pytest.raises(RequestRefused):
            guard.check(other, absent, None)


@pytest.mark.parametrize("api", APIS)
def test_an_order_of_checks_that_the_documents_allow_is_no_fault(api):
    """An API that finds the appointment missing before it looks at the credentials fails nothing."""
    with reference_target(f"reference-{api}", variants=["appointment-before-credentials"]) as target:
        result, _ = run(replace(target, read_only=True))
    assert result.verdict == "not-verified"
    assert "failed" not in {one.verdict for one in result.requirements}


def test_a_missing_appointment_says_nothing_about_credentials():
    """A 404 for wrong credentials neither passes nor fails; a 401 passes."""
    who, absent = b'{"message": "who?"}', b'{"message": "no such appointment"}'
    media = [("Content-Type", "application/json")]
    asked_as = {"none": message(401, who, media), "unknown": message(404, absent, media)}
    answers = [
        message(404, absent, media),
        message(404, absent, media),
        asked_as["none"],
        message(405),
        asked_as["unknown"],
    ]
    with scripted(*answers) as server:
        result, _ = run(local(MKP, server.port, read_only=True))
    verdicts = {one.id: one.verdict for one in result.requirements}
    assert [verdicts[f"MKP-AUTH-0{number}"] for number in (1, 2, 3)] == ["passed", "untested", "untested"]
