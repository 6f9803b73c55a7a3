"""The jobs of one shard, and the manifest by which `merge` knows what belongs together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from appointment_conformance import __version__
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.pytest_plugin.jobs import Job, group_by_use
from appointment_conformance.pytest_plugin.report_folder import clear_unless_held, origin
from appointment_conformance.wording import amount
from appointment_reports import ReportError, visible_line
from appointment_reports.shard_manifest import ShardManifest, manifest_path, read_manifest, write_manifest

from .shard import Shard, shards_by_target

#: Variables with an id that all jobs of one run of a CI service have in common.
PIPELINES: Final = ("CI_PIPELINE_ID", "GITHUB_RUN_ID", "BUILD_TAG", "BUILD_BUILDID", "CIRCLE_WORKFLOW_ID")


def clear_shard(shard: Shard, *, output: Path) -> None:
    """Remove what an earlier run of the same shard has left in `output`: its manifest, and the reports it names.

    Reports of other shards stay, because they may be of the same run. Raises ConfigurationError if a file cannot be
    removed.
    """
    path = manifest_path(output, shard.index, shard.total)
    with suppress(ReportError):
        for name in read_manifest(path).runs:
            clear_unless_held(output / name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}; check permissions and free space.") from None


def jobs_of_shard(jobs: Sequence[Job], shard: Shard, *, output: Path) -> list[Job]:
    """Return the jobs of `shard`, in their order, and write its manifest to `output`.

    Jobs that share an address or fixtures are in one shard. Raises ConfigurationError if the file cannot be written.
    """
    groups = [[job.target for job in group] for group in group_by_use(jobs)]
    shards = shards_by_target(groups, shard.total)
    own = [job for job in jobs if shards[job.target] == shard.index]
    manifest = ShardManifest(
        shard=shard.index,
        shards=shard.total,
        suite_version=__version__,
        profile=jobs[0].profile,
        seed=jobs[0].seed,
        started_at=datetime.now(UTC).isoformat(),
        targets=shards,
        runs={job.target: job.run_id for job in own},
        pipeline=_pipeline(),
        targets_file=next((origin(job.file, output) for job in jobs), ""),
    )
    try:
        write_manifest(manifest, output)
    except ReportError as error:
        raise ConfigurationError(f"{error}; check permissions and free space.") from error
    return own


def describe_shard(shard: Shard, own: Sequence[Job], jobs: Sequence[Job]) -> str:
    """Return one sentence with the number of targets of `shard`; `jobs` are those of all shards."""
    if not own:
        return (
            f"shard {shard} has none of {amount(len(jobs), 'target')}: nothing is judged here, and that is no verdict."
        )
    return f"shard {shard}: {len(own)} of {amount(len(jobs), 'target')}"


def _pipeline() -> str:
    given = next(filter(None, (os.environ.get(name) for name in PIPELINES)), "")
    return visible_line(given, 200)
