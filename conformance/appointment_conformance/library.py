"""The functions for Python programs: run a target, read targets, serve a reference API, write reports."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import get_args

from appointment_conformance import reference_targets, targets_file
from appointment_conformance.engine.context import Profile
from appointment_conformance.engine.events import OnEvent
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.engine.run_options import JOURNALS, RunOptions
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.target_run import conductor_of
from appointment_conformance.targets import Target
from appointment_conformance.targets.admission import check_target
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.traffic.redaction import logged_without_secrets, track
from appointment_reports import RunResult, write_artefacts


def run_target(
    target: Target,
    *,
    profile: Profile = "gate",
    seed: int = 1,
    output: Path | str = JOURNALS,
    on_event: OnEvent | None = None,
) -> RunResult:
    """Judge every requirement of the target's API and return the result, as the command `run` does.

    The known deviations that the target names are applied. Records that the run creates at the target are removed,
    also if an exception ends the run; until then `output` has a journal of them, for the command `cleanup`. `on_event`
    is called with each event of the run, in order. For a target that cannot be judged a result is returned, too: its
    verdict is `not-testable` or `error`. Raises ConfigurationError, before anything is sent, if the target's API is not
    installed or its file of known deviations cannot be used, for an unknown profile, and for settings that no targets
    file may have, such as a production system without `allow_production`.
    """
    if profile not in get_args(Profile):
        raise ConfigurationError(f"there is no profile `{profile}`{suggestion(profile, get_args(Profile))}")
    check_target(target)
    known = read_deviations(target.deviations)
    conductor = conductor_of(target, RunOptions(profile=profile, seed=seed, known=known, journals=Path(output)))
    if on_event is not None:
        conductor.subscribe(on_event)
    with logged_without_secrets(track(conductor.secrets).hide_text):
        return conductor.run()


def read_targets(
    file: Path | str, names: Iterable[str] = (), *, environ: Mapping[str, str] | None = None
) -> tuple[Target, ...]:
    """Return the targets called `names`; if `names` is empty, all targets in the order of the file.

    Variables in the file are read from `environ`, by default the environment of the process; only the variables of the
    chosen targets must be set. Raises ConfigurationError with a sentence that says what is wrong and where.
    """
    if isinstance(names, str):
        raise ConfigurationError(f"names is the text {names!r}; give a list of names, as in [{names!r}].")
    return targets_file.read_targets(Path(file), names, os.environ if environ is None else environ)


def reference_target(name: str, *, faults: Iterable[str] = ()) -> AbstractContextManager[Target]:
    """Serve a built-in target on a loopback port while the context is open, with `faults` switched on.

    Apart from the faults its API conforms; `appointment-conformance faults` lists them. Raises ConfigurationError for
    an unknown target or fault.
    """
    if isinstance(faults, str):
        raise ConfigurationError(f"faults is the text {faults!r}; give a list of names, as in [{faults!r}].")
    reference_targets.check_built_in(name)
    return reference_targets.reference_target(name, faults=tuple(faults))


def write_reports(result: RunResult, directory: Path | str) -> tuple[Path, ...]:
    """Write the reports of a run to `directory`, which is created if needed, and return their paths.

    Every secret of the target is replaced by its name, as in `${TOKEN}`. Each file replaces an earlier one in one step.
    Raises `appointment_reports.ReportError` if a report cannot be written. Nothing is sent.
    """
    return write_artefacts(result, result.exchanges, Path(directory))
