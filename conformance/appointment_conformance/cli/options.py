"""The arguments and options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from appointment_conformance.cli.shard import Shard

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

target_names: Decorator = click.argument("target", nargs=-1)
profile_option: Decorator = click.option(
    "--profile",
    type=click.Choice(["gate", "thorough"]),
    default="gate",
    show_default=True,
    help="gate: the same requests in every run; thorough: more requests, chosen by the seed.",
)
env_file_option: Decorator = click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    help="File with variables (NAME=value) for the targets file. A variable of the environment comes before it.",
)
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
jobs_option: Decorator = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="How many targets are judged at the same time.",
)
# Both set one value, so the last one counts.
verbose_option: Decorator = click.option(
    "-v",
    "--verbose",
    "detail",
    flag_value="requirements",
    default="targets",
    help="Show each requirement, and the failures of each target.",
)
quiet_option: Decorator = click.option("-q", "--quiet", "detail", flag_value="table", help="Show the table alone.")


def _shard(_: click.Context, __: click.Parameter, text: str | None) -> Shard | None:
    from appointment_conformance.cli.shard import read_shard  # noqa: PLC0415 - help does not need it
    from appointment_conformance.errors import ConfigurationError  # noqa: PLC0415 - the same

    try:
        return None if text is None else read_shard(text, os.environ)
    except ConfigurationError as error:
        raise click.BadParameter(str(error)) from error


shard_option: Decorator = click.option(
    "--shard",
    metavar="I/N",
    callback=_shard,
    help="Judge the targets of this shard only: I from 1 to N. With auto/N or auto, the CI service says the rest.",
)


def targets_option(about: str = "Targets file (YAML).") -> Decorator:
    """Return the option `--targets`; `about` says which file it is."""
    file = click.Path(path_type=Path)
    return click.option(
        "--targets", type=file, help=f"{about} Default: targets.yaml or targets.yml, if it exists here."
    )


def output_option(about: str) -> Decorator:
    """Return the option `--output`; `about` says what the directory holds."""
    folder, default = click.Path(path_type=Path), Path("conformance-reports")
    return click.option("--output", type=folder, default=default, show_default=True, help=about)
