"""A conformant result and the manifests of shards, for tests that have no run."""

from __future__ import annotations

from datetime import UTC, datetime

from appointment_reports import RequirementResult, RunResult
from appointment_reports.shard_manifest import ShardManifest

WHEN = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)
CONFORMANT = RunResult(
    target="own",
    api="omneo",
    base_url="https://api.example.com/api",
    verdict="conformant",
    reason="",
    profile="gate",
    seed=1,
    suite_version="0.1.0",
    run_id="run-own",
    started_at=WHEN,
    duration_seconds=1.5,
    requests=9,
    appointments_consumed=0,
    requirements=(RequirementResult("OMN-ID-01", "An id is text", "MUST", "link", "Request body", "passed"),),
)


def manifest_of(number, total, targets, **changes):
    """Return the manifest of one shard; the run of a target `a` has the id `run-a`."""
    facts = {
        "suite_version": "0.1.0",
        "profile": "gate",
        "seed": 1,
        "started_at": WHEN.isoformat(),
        "targets": targets,
        "runs": {name: f"run-{name}" for name, shard in targets.items() if shard == number},
    }
    return ShardManifest(number, total, **{**facts, **changes})
