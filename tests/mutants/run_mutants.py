"""Judge a sample of the mutants of the Flask application, print what came of each, and write the page about them."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import click
from mutant import Trial, sample
from mutant_report import page, sorted_out
from mutant_trial import APPLICATION, SERVER, trials
from mutation import Mutations
from survivor_classes import read_classes


@click.command()
@click.option("--size", default=60, show_default=True, help="How many mutants; more than there are means all.")
@click.option("--seed", default=1, show_default=True, help="Which ones.")
@click.option("--workers", default=2, show_default=True, help="How many are judged side by side.")
@click.option("--only", default="", help="Only mutants whose id contains this text.")
@click.option("--write", type=click.Path(path_type=Path), help="The page to write.")
def main(size: int, seed: int, workers: int, only: str, write: Path | None) -> None:
    """Exit with 1 where a survivor is visible to a client, or unclassified."""
    source = APPLICATION.read_text("utf-8")
    every = Mutations(source)
    chosen = [every.mutant(name) for name in sample([name for name in every.ids if only in name], size, seed)]
    classes = read_classes()
    conducted = []
    for number, trial in enumerate(trials(chosen, workers), start=1):
        conducted.append(trial)
        found = classes.get(trial.mutant.id)
        click.echo(f"{number}/{len(chosen)} {_told(trial)}{f' ({found.name})' if found else ''}  {trial.mutant.id}")
    report = sorted_out(conducted, classes)
    made = (
        f"{len(chosen)} of the {len(every.ids)} mutants that the operators of mutmut {version('mutmut')} make, "
        f"picked by seed {seed}; the application under {SERVER}, the profile `gate`."
    )
    if write:
        write.write_text(page(report, source, made), "utf-8")
    for trial, found in report.survivors:
        if found.name in {"visible", "unclassified"}:
            click.echo(f"{found.name}: {trial.mutant.id}")
    killed = sum(report.count(outcome) for outcome in ("killed", "no start", "not testable"))
    click.echo(
        f"{killed} killed, {report.count('advice')} by advice, {len(report.survivors)} survived, {report.missed} missed"
    )
    sys.exit(1 if report.missed else 0)


def _told(trial: Trial) -> str:
    return (
        f"{trial.outcome}: {', '.join(trial.by[:3])}{' ...' if len(trial.by) > 3 else ''}"
        if trial.by
        else trial.outcome
    )


if __name__ == "__main__":
    main()
