"""Schemathesis on its own, with all of its checks and nothing of the suite but the contract, finds no fault."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from appointment_conformance.api import load_apis
from appointment_conformance.reference_apis import serve

# Schemathesis imports this file by name; the formats are those that the contract names.
HOOKS = """
import json, pathlib, schemathesis
from hypothesis import strategies as st

for name, values in json.loads(pathlib.Path("fixtures.json").read_text()).items():
    schemathesis.openapi.format(name, st.sampled_from(values))
"""
CONFIGURATION = """
hooks = "hooks"
seed = 1

[headers]
Authorization = "Bearer {token}"

[parameters]
"path.{parameter}" = {pin}

[generation]
database = "none"
max-examples = 25

[cache]
enabled = false

# GET and PATCH of the same path are other operations of the vendor, left out of the contract and served.
[phases.coverage]
unexpected-methods = ["PUT", "POST", "DELETE", "TRACE"]
"""
PARAMETERS = {"omneo": "appointment", "mijnklantportaal": "appointmentId"}


def narrowed(schema, fixtures):
    """Return a schema in which a fixture's format allows the fixtures alone: others are refused, and rightly."""
    if isinstance(schema, list):
        return [narrowed(one, fixtures) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: narrowed(one, fixtures) for name, one in schema.items()}
    known = fixtures.get(schema["format"]) if isinstance(schema.get("format"), str) else None
    return {**inner, "enum": list(known)} if known else inner


@pytest.mark.parametrize("api", PARAMETERS)
def test_schemathesis_finds_nothing(api, tmp_path):
    """Every phase and every check of Schemathesis, on one pinned appointment, ends without a failure."""
    with serve(api) as reference:
        ids = {f"omneo-{kind}-id": reference.fixtures.get(f"{kind}s", ()) for kind in ("profile", "list")}
        pin = reference.appointments[0]
        configuration = CONFIGURATION.format(
            token=reference.token, parameter=PARAMETERS[api], pin=pin if api == "omneo" else f'"{pin}"'
        )
        (tmp_path / "fixtures.json").write_text(json.dumps({name: values for name, values in ids.items() if values}))
        (tmp_path / "hooks.py").write_text(HOOKS)
        (tmp_path / "schemathesis.toml").write_text(configuration)
        (tmp_path / "contract.json").write_text(json.dumps(narrowed(load_apis()[api].contract.document, ids)))
        arguments = ["contract.json", "--url", reference.base_url, "--checks", "all", "--no-color"]
        done = subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
            [sys.executable, "-m", "schemathesis.cli", "run", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert reference.foreign_touched() == ()
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "No issues found" in done.stdout
