"""The job of a pytest session, made from pytest's options. Every mistake in the options is found here."""

from __future__ import annotations

import shlex
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_targets import built_in
from appointment_conformance.targets.default_file import TargetsFile, targets_file
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.targets_file import names_in

from .chosen_targets import choose, note_on_file
from .jobs import Job, faults_by_api, resolve_jobs


def job_of(options: Namespace) -> tuple[Job, str]:
    """Return the job that the options describe, and a sentence on the targets file if no option names it.

    The checks are those of the command `run`. Raises ConfigurationError.
    """
    given, name = options.conformance_targets, options.conformance_target
    # The command gives its worker a run id; if it gives no file either, the target is built in.
    file = _named(given) if given else None if options.conformance_run_id else targets_file(None)
    if name is None:
        listed = f"{file.path} has {', '.join(names_in(file.read()))}; " if file else ""
        raise ConfigurationError(
            f"--target is missing; {listed}built in are {', '.join(built_in())}, for others give --targets."
        )
    faults = faults_by_api(tuple(options.conformance_fault))
    choice = choose([name], file)
    (job,) = resolve_jobs(
        choice,
        file,
        profile=options.conformance_profile,
        seed=options.conformance_seed,
        output=Path(options.conformance_output),
        faults=faults,
    )
    return replace(job, run_id=options.conformance_run_id or job.run_id), note_on_file(choice, file)


def refuse_options(config: pytest.Config) -> None:
    """Raise ConfigurationError for options with which pytest runs no test, or runs tests in several processes."""
    option = config.option
    if any(getattr(option, name, False) for name in ("setuponly", "setupplan")):
        raise ConfigurationError("--setup-only and --setup-plan send nothing, so nothing can be judged; remove them.")
    is_spread = getattr(option, "numprocesses", None) or getattr(option, "dist", "no") != "no"
    if is_spread or hasattr(config, "workerinput"):
        raise ConfigurationError("the tests of the suite share their requests: run them without pytest-xdist.")


def command_of(job: Job) -> str:
    """Return the command line that repeats a run of the whole suite."""
    file = ("--targets", str(job.targets)) if job.targets else ()
    faults = [word for fault in job.faults for word in ("--fault", fault)]
    how = ("--profile", job.profile, "--seed", str(job.seed))
    return shlex.join(["appointment-conformance", "run", job.target, *file, *how, *faults])


def _named(given: Path | TargetsText) -> TargetsFile:
    """The file that the option names. The worker of a command gets its text, too."""
    return TargetsFile(given.path, text=given) if isinstance(given, TargetsText) else TargetsFile(given)
