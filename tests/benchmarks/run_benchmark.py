"""Measure what the suite costs and catches on the reference API, beside `schemathesis run` on the same contracts."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from benchmark import RUNS, STARTS, BenchmarkError, benchmark
from benchmark_page import benchmark_page
from simulation_page import section_in, with_section

from appointment_conformance.selftest.selftest import processors


@click.command()
@click.option("--faults", type=click.IntRange(1), default=40, show_default=True, help="Faults of each api to compare.")
@click.option("--bound", type=float, default=120, show_default=True, help="Seconds for each run of Schemathesis.")
@click.option("--workers", type=click.IntRange(1), help="Runs side by side (default: one a processor).")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="The page to write.")
def main(*, faults: int, bound: float, workers: int | None, write: Path | None) -> None:
    """Print the page, or write it. Exit with 1 where the figures would not mean anything."""
    if write:  # Known before minutes are spent.
        write.parent.mkdir(parents=True, exist_ok=True)
    try:
        measured = benchmark(
            faults=faults,
            bound=bound,
            workers=workers or processors(),
            say=lambda line: click.echo(f"measuring {line}", err=True),
        )
    except BenchmarkError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
    page = benchmark_page(measured, faults=faults, bound=bound, runs=RUNS, starts=STARTS)
    if write is None:
        click.echo(page)
        return
    section = section_in(write.read_text(encoding="utf-8")) if write.exists() else ""
    write.write_text(with_section(page, section) if section else page, encoding="utf-8")
    click.echo(f"{write} written in {measured.seconds:.0f} s", err=True)


if __name__ == "__main__":
    main()
