"""A team's own run of Schemathesis has the rules of the suite as checks, its formats, and its guard."""

from __future__ import annotations

import json

import pytest
from own_targets import OMNEO
from schemathesis_run import schemathesis_run, targets_text
from scripted_server import scripted

from appointment_conformance.api import load_apis
from appointment_conformance.reference_apis import serve
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.schemathesis_runs.registration import check_name, checked

#: A fault of each reference API, the requirement that it breaks, and another requirement, which it does not.
FAULTS = {
    "omneo": ("link-answers-without-id", "OMN-OK-02", "OMN-ERR-01"),
    "mijnklantportaal": ("cancel-shows-status-in-capitals", "MKP-CANCEL-03", "MKP-CANCEL-06"),
}


def own_checks(api):
    """Return the option that chooses the checks of the suite alone: other versions have other checks of their own."""
    with reference_target(f"reference-{api}") as target:
        return f"--checks={','.join(check_name(found) for found in checked(target, load_apis()[api]))}"


def run(folder, api, *options, faults=()):
    """Run against the reference API of `api`, and expect that nobody else's record was written to."""
    with serve(api, faults=faults) as reference:
        (folder / "targets.yaml").write_text(targets_text(reference, api), encoding="utf-8")
        document = load_apis()[api].contract.document
        done = schemathesis_run(folder, document, reference.base_url, reference.token, *options)
        assert reference.foreign_touched() == ()
        assert reference.token not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize("api", FAULTS)
def test_a_fault_fails_the_check_of_its_requirement(api, tmp_path):
    """Against an API with a fault the run fails, and names the requirement, what it expects and what was answered."""
    fault, broken, whole = FAULTS[api]
    done = run(tmp_path, api, own_checks(api), faults=(fault,))
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{broken} (MUST): " in done.stdout
    assert whole not in done.stdout
    assert "Expected: " in done.stdout


@pytest.mark.parametrize("api", FAULTS)
def test_a_conforming_api_fails_no_check(api, tmp_path):
    """Against a conforming API no check of the suite fails, and cases were tested: what is refused is no failure."""
    done = run(tmp_path, api, own_checks(api))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout
    assert "generated" in done.stdout


def published_with_more():
    """Return the vendor's own document with further operations, and with the id as a shared parameter."""
    document = load_apis()["omneo"].contract.published
    path = "/v3/appointments/{appointment}"
    shared = {"name": "appointment", "in": "path", "required": True, "schema": {"type": "integer"}}
    document["components"].setdefault("parameters", {})["Id"] = shared
    done = {"responses": {"200": {"description": "Done"}}}
    reference = [{"$ref": "#/components/parameters/Id"}]
    document["paths"]["/v3/appointments"] = {"get": done, "post": done}
    document["paths"][path] = {"parameters": reference, "get": done, "delete": done}
    for action in ("link", "unlink"):
        document["paths"][f"{path}/{action}"]["post"]["parameters"] = reference
    return document


def test_what_the_guard_refuses_is_never_sent(tmp_path):
    """Whatever the vendor's document has, no operation and no id is used but those that the guard allows."""
    content = b'{"message": "Not found."}'
    answer = (
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
    )
    with scripted(answer % (len(content), content)) as server:
        base_url = f"http://127.0.0.1:{server.port}/api"
        fixtures = {"appointments": [900001, 900002], "profiles": list(OMNEO.fixtures.profiles)}
        target = {"api": "omneo", "base_url": base_url, "environment": "test", "token": "t" * 40, "fixtures": fixtures}
        (tmp_path / "targets.yaml").write_text(json.dumps({"targets": {"staging": target}}), encoding="utf-8")
        done = schemathesis_run(tmp_path, published_with_more(), base_url, "t" * 40, own_checks("omneo"))
    sent = [request.split(b" ", 2)[:2] for request in server.received]
    judged = {path for method, path in sent if method != b"GET"}
    ids = {path.split(b"/")[4] for path in judged}
    assert {b"900001", b"900002"} < ids, done.stdout + done.stderr
    assert len(ids) == len(("first", "second", "absent"))
    assert {path.split(b"/")[5] for path in judged} == {b"link", b"unlink"}
    assert {method for method, _ in sent} == {b"POST", b"GET"}
    # Schemathesis asks once, before its cases, what the server does with odd requests.
    assert not any(b"/v3/" in path for method, path in sent if method == b"GET")
    assert "Hook Error" not in done.stdout
