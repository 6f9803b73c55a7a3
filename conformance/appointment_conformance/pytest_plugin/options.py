"""The options of the plugin in pytest, and the jobs that they describe. Every mistake in the options is found here."""

from __future__ import annotations

import shlex
from argparse import SUPPRESS, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from appointment_conformance.targets.default_file import TargetsFile
    from appointment_conformance.targets.source import TargetsText

    from .jobs import Job

#: The short names that runs of the suite may use as well, with the options that they stand for.
ALIASES: Final = {"--target": "--conformance-target", "--targets": "--conformance-targets"}
PROFILES: Final = ("gate", "thorough")
#: The directory of the reports unless another one is given.
OUTPUT: Final = Path("conformance-reports")


def add_options(parser: pytest.Parser) -> None:
    """Add the options, which all begin with `--conformance-`, to any run of pytest."""
    group = _group(parser)
    group.addoption(
        "--conformance-target",
        action="append",
        default=[],
        metavar="NAME",
        help="name of a target, in --conformance-targets or built in; may be repeated; without it all of the file",
    )
    group.addoption("--conformance-targets", type=Path, metavar="FILE", help="targets file (YAML)")
    group.addoption("--conformance-env-file", type=Path, metavar="FILE", help="file of variables for the targets file")
    # Values are checked in `jobs_of`: a mistake that pytest itself finds ends it with a code that means something else.
    profiles = "{" + ",".join(PROFILES) + "}"
    group.addoption("--conformance-profile", metavar=profiles, default=PROFILES[0], help=f"default: {PROFILES[0]}")
    group.addoption("--conformance-seed", type=_seed, default=1, help="seed of generated cases (default: 1)")
    group.addoption("--conformance-fault", action="append", default=[], help="break a built-in target on purpose")
    group.addoption(
        "--conformance-output",
        type=Path,
        help="directory of the reports, one folder for each target (default: conformance-reports)",
    )
    group.addoption(
        "--conformance-partial",
        action="store_true",
        default=False,
        help="let the verdict be about the selected requirements only (-k, -m, ids)",
    )
    # The command gives its worker the id of the run, and has locked the folder of the reports.
    group.addoption("--conformance-run-id", type=_run_id, help=SUPPRESS)


def translate_aliases(parser: pytest.Parser, arguments: list[str]) -> tuple[str, ...]:
    """Give the short names in `arguments` their long form, in place; return which another plugin has as an option.

    They are no options of pytest, which a conftest.py that is loaded later could not add again; only the help has them.
    """
    taken = tuple(name for name in ALIASES if _is_known(parser, name))
    meant = {alias: option for alias, option in ALIASES.items() if alias not in taken}
    if not {"-h", "--help"}.isdisjoint(arguments):
        for alias in meant:
            _add_alias(parser, alias)
    words = [word.partition("=") for word in arguments]
    arguments[:] = [f"{meant.get(option, option)}{equals}{value}" for option, equals, value in words]
    return taken


def canonical(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options of the suite under the names that the command uses."""
    short = {option: alias for alias, option in ALIASES.items()}
    words = (word.partition("=") for word in arguments)
    return [f"{short.get(option, option)}{equals}{value}" for option, equals, value in words]


def why_taken(taken: Sequence[str], arguments: Sequence[str]) -> str:
    """Return a sentence if `arguments` have an option of another plugin that is one of the suite elsewhere.

    It is empty if the option of the suite is there, too, so that nothing is in doubt.
    """
    names = {word.partition("=")[0] for word in arguments}
    for alias in taken:
        if alias in names and ALIASES[alias] not in names:
            return (
                f"{alias} is an option of a conftest.py or another plugin here, and the suite does not read it; "
                f"give the suite {ALIASES[alias]}."
            )
    return ""


def jobs_of(options: Namespace, *, file: TargetsText | None, run_ids: Mapping[str, str]) -> tuple[list[Job], str]:
    """Return the jobs that the options describe, and a sentence on the targets file if no option names it.

    The checks are those of the command `run`. `file` and `run_ids` are what another process has resolved. Raises
    ConfigurationError.
    """
    from .chosen_targets import choose, note_on_file  # noqa: PLC0415 - other pytest runs do not import it
    from .jobs import faults_by_api, resolve_jobs  # noqa: PLC0415 - other pytest runs do not import it

    check_values(options)
    targets = chosen_file(options, file)
    _check_names(options.conformance_target, targets)
    faults = faults_by_api(tuple(options.conformance_fault))
    choice = choose(options.conformance_target, targets)
    jobs = resolve_jobs(
        choice,
        targets,
        profile=options.conformance_profile,
        seed=options.conformance_seed,
        output=Path(options.conformance_output or OUTPUT),
        faults=faults,
        partial=options.conformance_partial,
    )
    own_id = options.conformance_run_id
    return [replace(job, run_id=own_id or run_ids.get(job.target, job.run_id)) for job in jobs], note_on_file(
        choice, targets
    )


def check_values(options: Namespace) -> None:
    """Raise ConfigurationError for a value that an option cannot have."""
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - see above

    if options.conformance_profile not in PROFILES:
        raise ConfigurationError(f"--conformance-profile is one of {', '.join(PROFILES)}.")
    if not isinstance(options.conformance_seed, int):
        raise ConfigurationError("--conformance-seed is a whole number.")


def chosen_file(options: Namespace, read: TargetsText | None = None) -> TargetsFile | None:
    """Return the targets file that the options mean: the one that is `read` already, the named or the default one.

    Raises ConfigurationError.
    """
    from appointment_conformance.targets.default_file import TargetsFile, targets_file  # noqa: PLC0415 - see above
    from appointment_conformance.targets.source import TargetsText  # noqa: PLC0415 - see above

    given = options.conformance_targets
    # The command gives its worker the text of the file, and the name of a built-in target without a file.
    if isinstance(given, TargetsText):
        return TargetsFile(given.path, text=given)
    if read is not None:
        return TargetsFile(read.path, is_default=given is None, text=read)
    if given is None and options.conformance_run_id:
        return None
    return targets_file(given, env_file=options.conformance_env_file)


def refuse_options(option: Namespace) -> None:
    """Raise ConfigurationError for options with which pytest runs no test."""
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - see above

    if any(getattr(option, name, False) for name in ("setuponly", "setupplan")):
        raise ConfigurationError("--setup-only and --setup-plan send nothing, so nothing can be judged; remove them.")


def command_of(job: Job) -> str:
    """Return the command line that repeats a run of the whole suite; empty if no file has the target."""
    if job.settings and not job.targets:
        return ""
    file = ["--targets", str(job.targets)] if job.targets else []
    if job.targets and job.targets.env_file:
        file += ["--env-file", str(job.targets.env_file)]
    faults = [word for fault in job.faults for word in ("--fault", fault)]
    how = ("--profile", job.profile, "--seed", str(job.seed))
    return shlex.join(["appointment-conformance", "run", job.target, *file, *how, *faults])


def _check_names(names: Sequence[str], file: TargetsFile | None) -> None:
    if names or file is not None:
        return
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - see above
    from appointment_conformance.reference_targets import built_in  # noqa: PLC0415 - see above

    raise ConfigurationError(f"--target is missing; built in are {', '.join(built_in())}, for others give --targets.")


def _group(parser: pytest.Parser) -> pytest.OptionGroup:
    return parser.getgroup("conformance", "appointment conformance")


def _add_alias(parser: pytest.Parser, name: str) -> None:
    dest = ALIASES[name].removeprefix("--").replace("-", "_")
    told = f"the same as {ALIASES[name]}, in a run of the suite"
    if name == "--target":
        _group(parser).addoption(name, dest=dest, action="append", default=[], metavar="NAME", help=told)
    else:
        _group(parser).addoption(name, dest=dest, type=Path, metavar="FILE", help=told)


def _is_known(parser: pytest.Parser, option: str) -> bool:
    """Whether another plugin has added the option, found in the only way that pytest offers to all."""
    try:
        _, unknown = parser.parse_known_and_unknown_args([f"{option}=x"])
    except pytest.UsageError:
        return True
    return not any(word.startswith(option) for word in unknown)


def _seed(text: str) -> int | str:
    """The number in a text, or the text itself if it has none."""
    try:
        return int(text)
    except ValueError:
        return text


def _run_id(text: str) -> str:
    """A run id in the form that the command uses; it becomes part of a file name."""
    return f"{int(text, 16):012x}"
