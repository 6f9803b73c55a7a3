"""The command `merge`: one verdict, one index, one JUnit file and one summary from the reports of several runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from appointment_conformance.cli.configuration import exit_2_on_errors
from appointment_conformance.cli.options import output_option, quiet_option


@click.command(short_help="Merge the reports of several runs, such as the shards of one.")
@click.argument("directory", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_option("Directory of the index page, the JUnit file and the summary.")
@quiet_option
def merge(directory: tuple[Path, ...], *, output: Path, detail: str | None) -> None:
    """Merge the reports in each DIRECTORY, which is the --output of a run.

    A target that never reported, was judged twice, or has a result that cannot be read is an error. Exit: as `run`,
    the most severe code of all targets, in the order 5 2 1 3 4 0.
    """
    from appointment_conformance.cli.console import Console
    from appointment_conformance.cli.merge import exit_codes
    from appointment_conformance.cli.merge import merge as merge_reports
    from appointment_conformance.engine.verdict import worst

    with exit_2_on_errors():
        overview, paths = merge_reports(directory, output)
        Console(detail="table" if detail == "table" else "targets").show_overview(overview, paths)
        sys.exit(worst(exit_codes(overview)))
