"""Judge many targets in several shards at reference APIs, merge the shards, and say what it took."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click
from simulation import Size, objections, play
from simulation_page import simulation_section, with_section


@click.command()
@click.option("--targets", type=click.IntRange(1, 5000), default=1000, show_default=True, help="How many targets.")
@click.option("--shards", type=click.IntRange(1, 64), default=8, show_default=True, help="How many shards.")
@click.option("--side-by-side", type=click.IntRange(1), default=2, show_default=True, help="Shards at the same time.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Targets at once in a shard.")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), help="The page that gets the section.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="An empty directory for all files.")
def main(*, targets: int, shards: int, side_by_side: int, jobs: int, write: Path | None, keep: Path | None) -> None:
    """Print the section, or write it into a page. Exit with 1 if a target is lost, judged twice or judged wrongly."""
    size = Size(targets, shards, side_by_side, jobs)
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        played = play(size, folder, say=lambda line: click.echo(line, err=True))
        wrong = objections(played)
        section = simulation_section(played)
    for sentence in wrong[:40]:
        click.echo(f"error: {sentence}", err=True)
    if wrong:
        sys.exit(1)
    if write is None:
        click.echo(section)
        return
    write.write_text(with_section(write.read_text(encoding="utf-8"), section), encoding="utf-8")


if __name__ == "__main__":
    main()
