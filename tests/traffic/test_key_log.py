"""The keys of TLS connections are written nowhere, whatever the environment says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from scripted_server import message, scripted

TARGETS = """
targets:
  secure:
    api: mijnklantportaal
    base_url: https://localhost:{port}/v1
    token: Own-Token-1234567
    ca_file: {ca_file}
    fixtures: {{appointments: [apt_own0001, apt_own0002]}}
"""
WAYS = {
    "doctor": ("appointment_conformance", "doctor", "--targets", "targets.yaml"),
    "run": ("appointment_conformance", "run", "--targets", "targets.yaml"),
    "pytest": (
        *("pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--pyargs", "appointment_conformance.suite"),
        *("--target", "secure", "--targets", "targets.yaml"),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_key_log_is_written(tmp_path, self_signed, way):
    """A connection is secured and used, and the file that SSLKEYLOGFILE names is not made."""
    context, certificate = self_signed
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    with scripted(message(401, b"{}", [("Content-Type", "application/json")]), tls=context) as server:
        (tmp_path / "targets.yaml").write_text(TARGETS.format(port=server.port, ca_file=certificate))
        subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
            [sys.executable, "-m", *WAYS[way]],
            cwd=tmp_path,
            env={**kept, "SSLKEYLOGFILE": str(tmp_path / "keys.log")},
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert server.received
    assert not (tmp_path / "keys.log").exists()
