"""The arguments and options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

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
