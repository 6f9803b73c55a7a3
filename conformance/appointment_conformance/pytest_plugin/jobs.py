"""The jobs of an invocation, one for each target. Every mistake in the user's input is found here."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from appointment_conformance.api import api_of, load_apis
from appointment_conformance.engine.context import Profile
from appointment_conformance.engine.run_options import new_run_id
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_targets import built_in
from appointment_conformance.targets import Target
from appointment_conformance.targets.address import endpoint_of
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.traffic.redaction import track
from appointment_conformance.traffic.secrets import Secrets, secrets_of

from .chosen_targets import Choice, ResolvedTarget


@dataclass(frozen=True, slots=True)
class Job:
    """One target to run, from a file or built in, and how to run it."""

    target: str
    targets: TargetsText | None
    profile: Profile
    seed: int
    output: Path
    faults: tuple[str, ...] = ()
    #: The secrets of the target; nothing that the worker writes shows them.
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    #: What no other run may use at the same time: the address and the appointments of the target.
    uses: frozenset[str] = frozenset()
    #: The settings from the file, None for a built-in target.
    settings: Target | None = field(default=None, repr=False)
    #: The id of the run. A result with another id is not the result of this job.
    run_id: str = field(default_factory=new_run_id)
    #: Whether the verdict is about the selected requirements only.
    partial: bool = False
    #: The open descriptor that locks the folder of the reports; the worker inherits it.
    hold: int | None = None

    @property
    def api(self) -> str:
        """The name of the API of the target."""
        return self.settings.api if self.settings else built_in()[self.target]

    @property
    def directory(self) -> Path:
        """The folder of the reports."""
        return self.output / self.target

    @property
    def file(self) -> Path | None:
        """The targets file, None for a built-in target."""
        return self.targets.path if self.targets else None

    @property
    def resolved(self) -> ResolvedTarget:
        """The target of the job."""
        return ResolvedTarget(self.target, self.settings, self.targets)

    def arguments(self) -> list[str]:
        """Return the pytest arguments of this job."""
        file = ["--conformance-targets", str(self.targets)] if self.targets else []
        faults = [f"--conformance-fault={fault}" for fault in self.faults]
        return [
            *("--conformance-target", self.target, *file),
            *(f"--conformance-profile={self.profile}", f"--conformance-seed={self.seed}"),
            *(f"--conformance-output={self.output}", f"--conformance-run-id={self.run_id}", *faults),
        ]


def group_by_use(jobs: Sequence[Job]) -> list[list[Job]]:
    """Return the jobs in groups. Jobs that use the same thing, directly or through other jobs, are in one group."""
    groups: list[list[Job]] = []
    for job in jobs:
        joined = [group for group in groups if any(job.uses & other.uses for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*itertools.chain.from_iterable(joined), job])
    return groups


def resolve_jobs(
    choice: Choice,
    file: TargetsFile | None,
    *,
    profile: str,
    seed: int,
    output: Path,
    faults: Mapping[str, tuple[str, ...]],
    partial: bool = False,
) -> list[Job]:
    """Return one job for each target of `choice`. The command and the pytest plugin both call this function.

    `faults` are the faults to switch on at the built-in targets, by API.

    Raises ConfigurationError for a targets file that cannot be used, and for a fault at a target that is not built in.
    """
    if faults and choice.uses_file:
        raise ConfigurationError(_why_no_faults(file))
    # The options of the command and of pytest allow no other texts.
    chosen = cast("Profile", profile)
    jobs = (_job(target, chosen, seed, output, faults) for target in choice.resolve())
    return [replace(job, partial=partial) for job in jobs]


def faults_by_api(faults: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return which of `faults` each API has. Raises ConfigurationError for a fault that no API has."""
    if not faults:
        return {}
    from appointment_conformance import reference_apis  # noqa: PLC0415 - a run without faults starts faster

    return reference_apis.faults_by_api(faults)


def _job(
    target: ResolvedTarget, profile: Profile, seed: int, output: Path, faults: Mapping[str, tuple[str, ...]]
) -> Job:
    settings = target.settings
    if settings is None:
        load_apis().checked(built_in()[target.name])
        return Job(target.name, None, profile, seed, output, faults.get(built_in()[target.name], ()))
    api_of(settings)
    # A built-in target does without: its faults are at hand.
    load_apis().proven_for(settings.api)
    secrets = track(secrets_of(settings))
    uses = _used_by(settings)
    return Job(target.name, target.source, profile, seed, output, secrets=secrets, uses=uses, settings=settings)


def _used_by(target: Target) -> frozenset[str]:
    """What only one run may use at a time: two runs that change one appointment would see each other's changes."""
    used = (f"{target.api} {appointment}" for appointment in target.fixtures.usable)
    return frozenset({endpoint_of(target.base_url), *used})


def _why_no_faults(file: TargetsFile | None) -> str:
    if file and file.is_default:
        return f"--fault breaks built-in targets only, and {file.path} exists here; name the built-in target to break."
    return "--fault breaks built-in targets only; remove --targets."
