"""A run of Schemathesis with the hooks of the suite, as a team would start it: a process in an empty directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

QUICK = (
    "--phases=examples,coverage,fuzzing",
    "--max-examples=10",
    "--seed=1",
    "--generation-database=none",
    "--continue-on-failure",
    "--no-color",
)


def targets_text(reference, api, **changes):
    """Return a targets file with one target, whose token is a variable."""
    target = {
        "api": api,
        "base_url": reference.base_url,
        "environment": "test",
        "token": "${TOKEN}",
        "fixtures": {name: list(ids) for name, ids in reference.fixtures.items() if not isinstance(ids, str)},
        **changes,
    }
    return json.dumps({"targets": {"staging": target}})


def schemathesis_run(folder, document, base_url, token, *options, **environ):
    """Run on `document`, against `base_url`, in `folder`; return how it ended. The targets file is targets.yaml."""
    (folder / "contract.json").write_text(json.dumps(document), encoding="utf-8")
    arguments = ("contract.json", f"--url={base_url}", *QUICK, *options)
    known = {name: value for name, value in os.environ.items() if not name.startswith("CONFORMANCE_")}
    hooks = {"SCHEMATHESIS_HOOKS": "appointment_conformance.schemathesis_hooks", "CONFORMANCE_TARGETS": "targets.yaml"}
    return subprocess.run(  # noqa: S603 - our own interpreter, with arguments and no shell
        [sys.executable, "-m", "schemathesis.cli", "run", *arguments],
        cwd=folder,
        env={**known, "TOKEN": token, **hooks, **environ},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
