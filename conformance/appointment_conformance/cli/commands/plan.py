"""The command `plan`: what a run would cost."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.cli.options import env_file_option, profile_option, target_names, targets_option
from appointment_conformance.output import complain, say


@click.command(short_help="Say what a run would cost, and what it would leave untested.")
@target_names
@targets_option()
@env_file_option
@profile_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, to compare one plan with another.")
def plan(
    target: tuple[str, ...],
    *,
    targets: Path | None,
    env_file: Path | None,
    profile: Literal["gate", "thorough"],
    as_json: bool,
) -> None:
    """Say what a run of each TARGET would cost at most, and what it would leave untested. Nothing is sent to it.

    Exit: 0, or 2 for usage or configuration.
    """
    import json

    from appointment_conformance.cli.cost_plan import forecast, lines
    from appointment_conformance.pytest_plugin.chosen_targets import open_targets
    from appointment_conformance.targets.default_file import targets_file

    with exit_2_on_errors(), open_targets(target, targets_file(targets, env_file=env_file), on_note=complain) as chosen:
        forecasts = [forecast(settings, profile=profile) for settings in chosen]
    if as_json:
        say(json.dumps([each.to_dict() for each in forecasts], indent=2))
        return
    for each in forecasts:
        for line in lines(each):
            say(line)
