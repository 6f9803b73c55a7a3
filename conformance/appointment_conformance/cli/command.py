"""The command line. Whatever is slow to import is imported by the command that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from appointment_conformance import __version__
from appointment_conformance.output import complain, hurry, say, visible_consoles

from .catalogue_commands import explain, requirements
from .mistakes import mistakes_told as _mistakes_told

if TYPE_CHECKING:
    from appointment_conformance.targets.default_file import TargetsFile

Command = Callable[..., None]

_TARGET = click.argument("target", nargs=-1)
_PROFILE = click.option(
    "--profile",
    type=click.Choice(["gate", "thorough"]),
    default="gate",
    show_default=True,
    help="gate: the same requests each time; thorough: more of them, as the seed chooses.",
)


def _targets(about: str = "Targets file (YAML).") -> Callable[[Command], Command]:
    file = click.Path(path_type=Path)
    return click.option(
        "--targets", type=file, help=f"{about} Unless given: targets.yaml or targets.yml, if it is here."
    )


def _output(about: str) -> Callable[[Command], Command]:
    folder, default = click.Path(path_type=Path), Path("conformance-reports")
    return click.option("--output", type=folder, default=default, show_default=True, help=about)


def _write(about: str) -> Callable[[Command], Command]:
    return click.option("--write", type=click.Path(path_type=Path, file_okay=False), help=about)


def _used(named: Path | None) -> TargetsFile | None:
    """The targets file that a command goes by; one that nobody has named is told on stderr."""
    from appointment_conformance.targets.default_file import targets_file  # noqa: PLC0415 - see the module's docstring

    file = targets_file(named)
    if file and file.notice:
        complain(file.notice)
    return file


def _needed(named: Path | None) -> Path:
    """The path of that file, for a command that has nothing to do without one. Raises ConfigurationError."""
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - see the module's docstring

    if (file := _used(named)) is None:
        raise ConfigurationError("there is no targets.yaml here; name the targets file with --targets.")
    return file.path


def _prepared(write: Path | None) -> None:
    """Make sure, before minutes are spent, that processes can be started and that the pages can be written."""
    with _mistakes_told():
        if write is not None:
            write.mkdir(parents=True, exist_ok=True)


class _Commands(click.Group):
    """Commands whose exit code is never 1 by accident, which is a verdict here.

    A signal that asks for an end gives 130, a defect of our own 5, and a console that cannot be written to nothing.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments and run the command."""
        from appointment_conformance.signals import interrupt_on_signals  # noqa: PLC0415 - see the module's docstring

        # Libraries would write there what opens a recorded connection, from when they are imported.
        os.environ.pop("SSLKEYLOGFILE", None)
        try:
            with visible_consoles():
                interrupt_on_signals()
                return super().main(*args, **kwargs)
        except KeyboardInterrupt:
            _end(130)
        except SystemExit as end:
            _end(end.code if isinstance(end.code, int) else int(bool(end.code)))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments; click itself would say 1 where a signal ends that."""
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt:
            sys.exit(130)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            hurry()
            sys.exit(130)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no verdict
            from appointment_conformance.traffic.redaction import traceback_without_secrets  # noqa: PLC0415 - see the module's docstring

            complain(traceback_without_secrets(error).rstrip())
            sys.exit(5)


def _end(code: int) -> NoReturn:
    """End the process with `code`, also where PYTHONINSPECT would have Python go on, and end with 1."""
    if sys.flags.inspect and os.environ.get("PYTHONINSPECT"):
        os._exit(code)
    sys.exit(code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="appointment-conformance")
def main() -> None:
    """Say which requirements of a vendor's appointment API hold, which do not, and which could not be judged."""


class _Run(click.Command):
    """The command that judges: even where its options are wrong, no earlier report is left that reads as its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            from appointment_conformance.pytest_plugin.report_folder import clear_for_words  # noqa: PLC0415 - see the module's docstring

            with _mistakes_told():
                clear_for_words(given, target="", output="--output")
            raise


@main.command(cls=_Run, short_help="Judge targets, or the built-in reference API.")
@_TARGET
@_targets()
@_PROFILE
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the generated cases.")
@_output("Directory of the reports, one folder a target.")
@click.option("--fault", multiple=True, metavar="NAME", help="Break the built-in targets on purpose; may be repeated.")
def run(
    target: tuple[str, ...], *, targets: Path | None, profile: str, seed: int, output: Path, fault: tuple[str, ...]
) -> None:
    """Judge each TARGET, or every target of the file, or the built-in reference API.

    Exit: 0 conformant, 1 not conformant, 2 usage or configuration, 3 not testable, 4 not verified, 5 internal error,
    130 interrupted; of several targets the worst, in the order 5 2 1 3 4 0.
    """
    from appointment_conformance.pytest_plugin.chosen_targets import choose, note_on_file  # noqa: PLC0415 - see the module's docstring
    from appointment_conformance.pytest_plugin.jobs import faults_by_api, resolve_jobs  # noqa: PLC0415
    from appointment_conformance.pytest_plugin.report_folder import clear_earlier, clear_vanished, read_and_clear  # noqa: PLC0415
    from appointment_conformance.targets.default_file import candidates, targets_file  # noqa: PLC0415

    from .console import Console  # noqa: PLC0415
    from .run_targets import run_targets  # noqa: PLC0415

    with _mistakes_told():
        clear_earlier(target, files=candidates(targets), output=output)
        file, console = targets_file(targets), Console()
        if not target:
            file = read_and_clear(file, output=output)
        faults = faults_by_api(fault)
        choice = choose(target, file)
        jobs = resolve_jobs(choice, file, profile=profile, seed=seed, output=output, faults=faults)
        clear_vanished(choice.source if choice.uses_file else None, output=output)
        if note := note_on_file(choice, file):
            console.tell(note)
        sys.exit(run_targets(jobs, console))


@main.command(short_help="Prove that the suite catches every fault it knows.")
@click.option("--workers", type=click.IntRange(1), help="Runs side by side (default: one a processor).")
@click.option("--seeds", type=click.IntRange(0), default=0, show_default=True, help="Thorough runs on each variant.")
@click.option("--api", multiple=True, metavar="NAME", help="Prove this API alone; may be repeated.")
@_write("Directory for the pages of the matrix; in a checkout the proof data are written as well.")
def selftest(*, workers: int | None, seeds: int, api: tuple[str, ...], write: Path | None) -> None:
    """Prove that the suite can fail: break the reference API in every way there is, and vary it in every harmless way.

    Pages that are written hold the APIs that were asked for.

    Exit: 0 if every fault is caught by the requirement it breaks and nothing unrelated turns red, 1 otherwise.
    """
    from appointment_conformance.reference_apis import broken_references, chosen_references  # noqa: PLC0415 - see the module's docstring
    from appointment_conformance.selftest.matrix_page import markdown, table  # noqa: PLC0415
    from appointment_conformance.selftest.proof_file import by_api, out_of_date, write_proof  # noqa: PLC0415
    from appointment_conformance.selftest.selftest import processors  # noqa: PLC0415
    from appointment_conformance.selftest.selftest import selftest as prove  # noqa: PLC0415
    from appointment_conformance.selftest.witnesses import stale, write_witnesses  # noqa: PLC0415

    _prepared(write)
    with _mistakes_told():
        apis = chosen_references(api) if api else ()
        broken = () if api else tuple(broken_references().values())
    proof = prove(workers=workers or processors(), seeds=seeds, say=lambda line: say(f"trying {line}"), apis=apis)
    caught_by_api = by_api(proof.matrix.killers, apis)
    if write is not None:
        (write / "kill-matrix.md").write_text(markdown(proof), encoding="utf-8")
        (write / "kill-matrix.csv").write_text(table(proof), encoding="utf-8")
        write_proof(caught_by_api)
        write_witnesses(proof.witnesses)
    for name, caught in proof.matrix.killers.items():
        say(f"{name:<15} {len(caught):>3} faults caught")
    rows = proof.matrix.rows
    say(f"{sum(row.caught for row in rows)} of {len(rows)} faults caught by the requirement they break")
    say(f"{len(proof.matrix.accusations)} faults turn something unrelated red")
    say(f"{len(proof.falsely_accused)} of {len(proof.baseline) + len(proof.variants)} conformant runs accused")
    say(f"{proof.cut_share:.1%} of the faults caught by runs cut short")
    for one in proof.baseline:
        say(f"{one.run.target}: {one.requests} requests, {one.appointments} appointments")
    say(f"{proof.seconds:.0f} s")
    objections = (*proof.objections, *out_of_date(caught_by_api), *stale(proof.witnesses), *broken)
    for objection in objections:
        complain(f"objection: {objection}")
    sys.exit(1 if objections else 0)


@main.command(short_help="Remove what a killed run made at its target.")
@click.argument("run_id")
@_targets("Targets file (YAML) of that run.")
@_output("Directory of the reports of that run, where its journal is.")
def cleanup(run_id: str, *, targets: Path | None, output: Path) -> None:
    """Remove what the run RUN_ID made at its target and was killed before it could remove.

    Exit: 0 nothing is left, 1 something is, 2 usage or configuration.
    """
    from appointment_conformance.api import provisioning_of  # noqa: PLC0415
    from appointment_conformance.provisioning.cleanup import cleanup as clean_up  # noqa: PLC0415 - see the module's docstring
    from appointment_conformance.targets_file import installed_forms  # noqa: PLC0415

    with _mistakes_told():
        file = _used(targets)
        path = file.path if file else None
        cleared = clean_up(run_id, targets=path, output=output, forms=installed_forms(), provisioning=provisioning_of)
    say(f"{cleared.removed} removed, {len(cleared.left)} left behind")
    for phrase in cleared.left:
        say(f"  {phrase}")
    sys.exit(1 if cleared.left else 0)


@main.command(short_help="Say what a run would cost, and what it would leave untested.")
@_TARGET
@_targets()
@_PROFILE
@click.option("--json", "as_json", is_flag=True, help="Write JSON, to compare one plan with another.")
def plan(target: tuple[str, ...], *, targets: Path | None, profile: Literal["gate", "thorough"], as_json: bool) -> None:
    """Say what a run of each TARGET would cost at most, and what it would leave untested. Sends it nothing.

    Exit: 0, or 2 for usage or configuration.
    """
    import json  # noqa: PLC0415 - see the module's docstring

    from appointment_conformance.pytest_plugin.chosen_targets import open_targets  # noqa: PLC0415
    from appointment_conformance.targets.default_file import targets_file  # noqa: PLC0415

    from .cost_plan import forecast, lines  # noqa: PLC0415

    with _mistakes_told(), open_targets(target, targets_file(targets), on_note=complain) as found:
        told = [forecast(one, profile=profile) for one in found]
    if as_json:
        say(json.dumps([one.to_dict() for one in told], indent=2))
        return
    for one in told:
        for line in lines(one):
            say(line)


@main.command(short_help="Check whether targets can be tested as they are configured.")
@_TARGET
@_targets()
def doctor(target: tuple[str, ...], *, targets: Path | None) -> None:
    """Check whether each TARGET can be tested as it is configured, with a few requests that cannot change anything.

    Exit: 0 if no check fails, 2 for usage or configuration, 3 if a target cannot be tested.
    """
    from appointment_conformance.pytest_plugin.chosen_targets import open_targets  # noqa: PLC0415
    from appointment_conformance.targets.default_file import targets_file  # noqa: PLC0415
    from appointment_reports import visible_line  # noqa: PLC0415 - see the module's docstring

    from .doctor import diagnose  # noqa: PLC0415

    failed = False
    with _mistakes_told(), open_targets(target, targets_file(targets), on_note=complain) as found:
        for one in found:
            for finding in diagnose(one):
                say(f"{finding.grade:<4}  {one.name}  {finding.check}: {visible_line(finding.message)}")
                failed = failed or finding.grade == "fail"
    sys.exit(3 if failed else 0)


@main.group(short_help="Declare the failures of a target that are accepted for now.")
def deviations() -> None:
    """Declare the failures of a target that are accepted for now, in the file that its `deviations` names."""


@deviations.command(short_help="Add an entry for each failure of the last run.")
@click.argument("target")
@_targets()
@_output("Directory of the reports of the last run.")
def init(target: str, *, targets: Path | None, output: Path) -> None:
    """Add an entry for each failure of the last run of TARGET; entries that stand there stay as they are.

    Reason, ticket and owner are left to be filled in, and until then a run refuses the file. Exit: 0, or 2.
    """
    from .deviations import declare  # noqa: PLC0415 - see the module's docstring

    with _mistakes_told():
        say(declare(target, targets=_needed(targets), output=output))


@deviations.command(short_help="Drop the entries of what is mended by now.")
@click.argument("target")
@_targets()
@_output("Directory of the reports of the last run.")
def prune(target: str, *, targets: Path | None, output: Path) -> None:
    """Drop the entries that the last run of TARGET shows to be mended, or to be of no requirement. Exit: 0, or 2."""
    from .deviations import prune as drop  # noqa: PLC0415 - see the module's docstring

    with _mistakes_told():
        say(drop(target, targets=_needed(targets), output=output))


@main.command(short_help="List the faults that --fault knows.")
def faults() -> None:
    """List the faults that --fault knows, with the requirements they break."""
    from appointment_conformance.reference_apis import all_faults, broken_references  # noqa: PLC0415 - see the module's docstring

    with _mistakes_told():
        for fault in all_faults():
            say(f"{fault.name}  ({', '.join(fault.breaks)})  {fault.description}")
        for reason in broken_references().values():
            complain(f"error: {reason}")


@main.command(short_help="List the APIs that are installed, and the keys of their targets.")
def apis() -> None:
    """List the APIs that are installed, each with its package and with the keys of its fixtures in a targets file.

    Exit: 0, or 2 if a package cannot be used.
    """
    from appointment_conformance.api import load_apis  # noqa: PLC0415 - see the module's docstring

    with _mistakes_told():
        found = load_apis()
    for name, api in found.items():
        say(f"{name}  {api.title}, requirements {api.id_prefix}-..., by {found.packages[name]}")
        for key, told in api.form.described_keys.items():
            say(f"  {key}: {told}")
        if api.provisioning:
            say(f"  provision: {api.form.provision_schema.get('title', '')}")
    for reason in found.broken.values():
        complain(f"error: {reason}")
    sys.exit(2 if found.broken else 0)


main.add_command(explain)
main.add_command(requirements)

if __name__ == "__main__":
    main()
