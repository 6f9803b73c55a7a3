"""The file that each shard of a run writes beside its reports: which targets there are, and which runs are its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from .artefacts import replace_file
from .stored import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ShardManifest:
    """One shard of a run. It is written before the first target starts, so it also names what has never reported."""

    #: The number of this shard, counted from 1, and the number of all.
    shard: int
    shards: int
    suite_version: str
    profile: str
    seed: int
    #: When the shard started, in ISO 8601.
    started_at: str
    #: The shard of each target of the whole run, by its name.
    targets: Mapping[str, int]
    #: The id of the run of each target of this shard, by the target's name.
    runs: Mapping[str, str]
    #: What the CI service calls the run of all its jobs, empty if it is not known.
    pipeline: str = ""
    #: The path of the targets file, relative to the directory of the reports; empty if there is none.
    targets_file: str = ""
    schema_version: str = "1.0"

    @property
    def name(self) -> str:
        """What the shard is called: `shard 3 of 8`."""
        return f"shard {self.shard} of {self.shards}"


def manifest_path(directory: Path, shard: int, shards: int) -> Path:
    """Return the path of the manifest of one shard; several shards can write to one directory."""
    return directory / f"shard-{shard}-of-{shards}.json"


def write_manifest(manifest: ShardManifest, directory: Path) -> Path:
    """Write the manifest in one step and return its path. Raises ReportError."""
    path = manifest_path(directory, manifest.shard, manifest.shards)
    text = json.dumps(asdict(manifest), indent=2) + "\n"
    replace_file(path, lambda draft: draft.write_bytes(text.encode()), lambda _: None)
    return path


def read_manifest(path: Path) -> ShardManifest:
    """Return the manifest in a file. Raises ReportError."""
    return ShardManifest(**read_json(path, _validator()))


def manifests_in(directory: Path) -> tuple[Path, ...]:
    """Return the paths of all manifests in a directory. Raises OSError if it cannot be read."""
    return tuple(sorted(path for path in directory.iterdir() if path.match("shard-*-of-*.json")))


@cache
def _validator() -> Draft202012Validator:
    text = resources.files(__package__).joinpath("schemas/shard.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))
