"""The command `run`: judge targets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.cli.options import (
    env_file_option,
    jobs_option,
    output_option,
    profile_option,
    quiet_option,
    shard_option,
    target_names,
    targets_option,
    verbose_option,
)

if TYPE_CHECKING:
    from appointment_conformance.cli.console import Detail
    from appointment_conformance.cli.shard import Shard


class _RunCommand(click.Command):
    """The command with one guarantee: when its options are wrong, no earlier report is left in the output directory."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options. Before a usage error is raised, the earlier reports are removed."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            from appointment_conformance.pytest_plugin.report_folder import clear_for_words

            with exit_2_on_errors():
                clear_for_words(given, target="", output="--output")
            raise


@click.command(cls=_RunCommand, short_help="Judge targets, or the built-in reference API.")
@target_names
@targets_option()
@env_file_option
@profile_option
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the generated cases.")
@output_option("Directory of the reports, with one folder for each target.")
@click.option("--fault", multiple=True, metavar="NAME", help="Break the built-in targets on purpose; may be repeated.")
@jobs_option
@click.option("--fail-fast", is_flag=True, help="Start no further target after one that has not passed.")
@shard_option
@verbose_option
@quiet_option
def run(  # noqa: PLR0913 - one parameter for each option
    target: tuple[str, ...],
    *,
    targets: Path | None,
    env_file: Path | None,
    profile: str,
    seed: int,
    output: Path,
    fault: tuple[str, ...],
    jobs: int,
    fail_fast: bool,
    shard: Shard | None,
    detail: Detail,
) -> None:
    """Judge each TARGET, or every target of the file, or the built-in reference API.

    Exit: 0 conformant, 1 not conformant, 2 usage or configuration, 3 not testable, 4 not verified, 5 internal error,
    130 interrupted. With several targets, the most severe code counts, in the order 5 2 1 3 4 0.
    """
    from appointment_conformance.cli.console import Console
    from appointment_conformance.cli.run_targets import Schedule, run_targets
    from appointment_conformance.cli.sharded_jobs import clear_shard, describe_shard, jobs_of_shard
    from appointment_conformance.pytest_plugin.chosen_targets import choose, note_on_file
    from appointment_conformance.pytest_plugin.jobs import faults_by_api, resolve_jobs
    from appointment_conformance.pytest_plugin.report_folder import clear_earlier, clear_vanished, read_and_clear
    from appointment_conformance.targets.default_file import candidates, targets_file

    with exit_2_on_errors():
        if shard:
            clear_shard(shard, output=output)
        else:
            clear_earlier(target, files=candidates(targets), output=output)
        file, console = targets_file(targets, env_file=env_file), Console(detail=detail)
        if not target and not shard:
            file = read_and_clear(file, output=output)
        faults = faults_by_api(fault)
        choice = choose(target, file)
        resolved = resolve_jobs(choice, file, profile=profile, seed=seed, output=output, faults=faults)
        clear_vanished(choice.source if choice.uses_file else None, output=output)
        if note := note_on_file(choice, file):
            console.show_message(note)
        own = jobs_of_shard(resolved, shard, output=output) if shard else resolved
        if shard:
            console.show_message(describe_shard(shard, own, resolved))
        sys.exit(run_targets(own, console, Schedule(jobs, fail_fast)) if own else 0)
