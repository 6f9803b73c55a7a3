"""The command `doctor`: whether targets can be tested as they are configured."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.cli.options import env_file_option, target_names, targets_option
from appointment_conformance.output import complain, say


@click.command(short_help="Check whether targets can be tested as they are configured.")
@target_names
@targets_option()
@env_file_option
def doctor(target: tuple[str, ...], *, targets: Path | None, env_file: Path | None) -> None:
    """Check whether each TARGET can be tested as it is configured, with a few requests that cannot change anything.

    Exit: 0 if no check fails, 2 for usage or configuration, 3 if a target cannot be tested.
    """
    from appointment_conformance.cli.doctor import diagnose, finding_line
    from appointment_conformance.pytest_plugin.chosen_targets import open_targets
    from appointment_conformance.targets.default_file import targets_file

    failed = False
    with exit_2_on_errors(), open_targets(target, targets_file(targets, env_file=env_file), on_note=complain) as chosen:
        for settings in chosen:
            for finding in diagnose(settings):
                say(finding_line(settings.name, finding))
                failed = failed or finding.grade == "fail"
    sys.exit(3 if failed else 0)
