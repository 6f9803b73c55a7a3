"""From what the user asked for to the jobs of an invocation, one for each target; every mistake in it is found here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appointment_conformance.engine.run_options import new_run_id
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target
from appointment_conformance.targets.address import endpoint_of
from appointment_conformance.targets.builtin import BUILT_IN
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.traffic.redaction import track
from appointment_conformance.traffic.secrets import Secrets, secrets_of

from .chosen_targets import Choice, ResolvedTarget


@dataclass(frozen=True, slots=True)
class Job:
    """What to run: one target, from a file or built in, and how."""

    target: str
    targets: TargetsText | None
    profile: str
    seed: int
    output: Path
    faults: tuple[str, ...] = ()
    #: What nothing that the worker writes may show.
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    #: What no other run may use at the same time: its address, and its appointments.
    uses: frozenset[str] = frozenset()
    #: The target as it was read from the file, None for a built-in one.
    settings: Target | None = field(default=None, repr=False)
    #: The id of the run: only a result that has it is the result of this job.
    run_id: str = field(default_factory=new_run_id)
    #: The open descriptor that holds the folder of the reports; the worker holds it as well.
    hold: int | None = None

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
        """The target that it is about."""
        return ResolvedTarget(self.target, self.settings, self.targets)

    def arguments(self) -> list[str]:
        """Return the pytest arguments of this job."""
        file = ["--targets", str(self.targets)] if self.targets else []
        faults = [f"--conformance-fault={fault}" for fault in self.faults]
        return [
            *("--target", self.target, *file),
            *(f"--conformance-profile={self.profile}", f"--conformance-seed={self.seed}"),
            *(f"--conformance-output={self.output}", f"--conformance-run-id={self.run_id}", *faults),
        ]


def resolve_jobs(
    choice: Choice,
    file: TargetsFile | None,
    *,
    profile: str,
    seed: int,
    output: Path,
    faults: Mapping[str, tuple[str, ...]],
) -> list[Job]:
    """Return one job for each target of `choice`: both ways in, the command and pytest, check the same here.

    `faults` are those to switch on at the built-in targets, by API.

    Raises ConfigurationError for a targets file that cannot be used, and for a fault at a target that is not built in.
    """
    if faults and choice.uses_file:
        raise ConfigurationError(_why_no_faults(file))
    return [_job(target, profile, seed, output, faults) for target in choice.resolve()]


def faults_by_api(faults: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return which of `faults` each API has. Raises ConfigurationError for one that no API has."""
    if not faults:
        return {}
    from appointment_conformance import reference_apis  # noqa: PLC0415 - a run without faults starts faster

    return reference_apis.faults_by_api(faults)


def _job(target: ResolvedTarget, profile: str, seed: int, output: Path, faults: Mapping[str, tuple[str, ...]]) -> Job:
    settings = target.settings
    if settings is None:
        return Job(target.name, None, profile, seed, output, faults.get(BUILT_IN[target.name], ()))
    secrets = track(secrets_of(settings))
    uses = _used_by(settings)
    return Job(target.name, target.source, profile, seed, output, secrets=secrets, uses=uses, settings=settings)


def _used_by(target: Target) -> frozenset[str]:
    """What a run of `target` needs for itself: two runs that change one appointment would accuse each other."""
    fixtures = target.fixtures
    appointments = (*fixtures.appointments, *fixtures.pending_appointments)
    used = (f"{target.api} {appointment}" for appointment in appointments)
    return frozenset({endpoint_of(target.base_url), *used})


def _why_no_faults(file: TargetsFile | None) -> str:
    if file and file.is_default:
        return f"--fault breaks the built-in targets only, and {file.path} is here; name the built-in target to break."
    return "--fault breaks the built-in targets only; leave --targets out."
