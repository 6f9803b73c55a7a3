"""A run of Schemathesis with the hooks carries the token of the target, as the targets file says where it is from."""

from __future__ import annotations

import json

import pytest
from schemathesis_run import schemathesis_run, targets_text
from token_gate import token_gate

from appointment_conformance.api import load_apis
from appointment_conformance.reference_apis import serve

FROM_COMMAND = {"token": None, "token_command": ["printenv", "TOKEN"]}


def run(folder, api, reference, *options, **changes):
    """Run on the target that `changes` make of the reference API."""
    text = json.loads(targets_text(reference, api, **changes))
    target = text["targets"]["staging"]
    text["targets"]["staging"] = {key: value for key, value in target.items() if value is not None}
    (folder / "targets.yaml").write_text(json.dumps(text), encoding="utf-8")
    document = load_apis()[api].contract.document
    return schemathesis_run(folder, document, target["base_url"], reference.token, *options)


@pytest.mark.parametrize("source", [{}, FROM_COMMAND], ids=["token", "token_command"])
def test_the_token_is_sent(source, tmp_path):
    """No option for the token is needed: a fault that only valid credentials show is found, and no token is printed."""
    with serve("omneo", faults=("link-answers-without-id",)) as reference:
        done = run(tmp_path, "omneo", reference, "--checks=omn_ok_02", **source)
        assert reference.token not in done.stdout + done.stderr
    assert done.returncode == 1, done.stdout + done.stderr
    assert "OMN-OK-02 (MUST): " in done.stdout


@pytest.mark.parametrize(("fault", "code"), [((), 0), (("link-answers-without-id",), 1)], ids=["whole", "broken"])
def test_an_obtained_token_is_renewed(fault, code, tmp_path):
    """With tokens that live one second the verdict is that with one that lasts, and none is printed."""
    with serve("omneo", faults=fault) as reference, token_gate(reference, life=1.0) as gate:
        oauth2 = {"token_url": f"{gate.origin}/token", "client_id": "suite", "client_secret": "s3cret-of-suite"}
        changes = {"base_url": gate.base_url, "token": None, "oauth2": {"grant": "client_credentials", **oauth2}}
        checks = "--checks=omn_ok_01,omn_ok_02"
        done = run(tmp_path, "omneo", reference, checks, **changes)
        issued = tuple(gate.issued)
    assert done.returncode == code, done.stdout + done.stderr
    assert len(issued) > 1
    assert not any(token in done.stdout + done.stderr for token in issued)


def test_a_token_that_cannot_be_obtained_stops_the_run(tmp_path):
    """One sentence says which key gives none, and nothing is sent."""
    with serve("omneo") as reference:
        done = run(tmp_path, "omneo", reference, token=None, token_command=["false"])
    assert done.returncode == 2, done.stdout + done.stderr
    assert "token_command" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_the_contract_of_the_target_is_used(tmp_path):
    """Where the team's own document lacks an operation under judgement, the run stops and names both."""
    own = load_apis()["omneo"].contract.published
    del own["paths"]["/v3/appointments/{appointment}/unlink"]
    (tmp_path / "own.json").write_text(json.dumps(own), encoding="utf-8")
    with serve("omneo") as reference:
        done = run(tmp_path, "omneo", reference, contract="own.json")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "own.json" in done.stderr
    assert "/unlink" in done.stderr
