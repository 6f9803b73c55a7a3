"""What a run over mutants came to: sorted, counted, and written as a page."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mutant import Trial
from survivor_classes import CLASSES, UNCLASSIFIED, VISIBLE, Survivor

__all__ = ["Report", "page", "sorted_out"]

NOT_LOOKED_AT = Survivor(UNCLASSIFIED, "add it to `tests/mutants/survivors.yaml`")


@dataclass(frozen=True, slots=True)
class Report:
    """The trials of a sample, and the class of each survivor."""

    trials: tuple[Trial, ...]
    survivors: tuple[tuple[Trial, Survivor], ...]

    def count(self, outcome: str) -> int:
        """Return how many mutants had this outcome, or are survivors of this class."""
        counted = Counter(one.outcome for one in self.trials) + Counter(found.name for _, found in self.survivors)
        return counted[outcome]

    @property
    def missed(self) -> int:
        """How many survivors are a defect of the suite, or may be one."""
        return self.count(VISIBLE) + self.count(UNCLASSIFIED)


def sorted_out(trials: Sequence[Trial], classes: Mapping[str, Survivor]) -> Report:
    """Return the report over the trials; a survivor that the table does not know is unclassified."""
    survived = [one for one in trials if one.outcome == "survived"]
    return Report(tuple(trials), tuple((one, classes.get(one.mutant.id, NOT_LOOKED_AT)) for one in survived))


def page(report: Report, source: str, made: str) -> str:
    """Return the report as Markdown; `made` says how the sample was made."""
    counts = [
        ("killed: a MUST failed", report.count("killed")),
        ("killed: the application does not start", report.count("no start")),
        ("killed: the suite finds that this is not the API, or that it cannot be judged", report.count("not testable")),
        ("detected only by advice: a SHOULD failed", report.count("advice")),
        *((f"survived, {name}: {meaning}", report.count(name)) for name, meaning in CLASSES.items()),
    ]
    lines = [
        "# Mutants of a real application",
        "",
        "The faults of the kill matrix were chosen by the authors of the suite. Here a mutation tool chooses: it",
        "changes one token of an application that the suite calls `conformant`, `tests/stacks/flask_app` (Flask with",
        "marshmallow and SQLAlchemy). Each mutant is served and judged like any target. `make mutants` writes this",
        "page. It fails if a client could see that a surviving mutant violates a document, or if a survivor has not",
        "been classified. The class of each survivor and the reason for it are in `tests/mutants/survivors.yaml`.",
        "",
        made,
        "",
        "| what | mutants |",
        "| --- | --- |",
        *(f"| {what} | {number} |" for what, number in counts),
        "",
        "## Survivors",
        "",
    ]
    for name in reversed(CLASSES):
        lines += _section(name, report, source)
    return "\n".join(lines)


def _section(name: str, report: Report, source: str) -> list[str]:
    rows = [(trial, found) for trial, found in report.survivors if found.name == name]
    if not rows:
        return []
    table = [f"| {_change(source, trial.mutant.source)} | {_cell(found.reason)} |" for trial, found in rows]
    return [f"### {name.capitalize()}", "", "| change | why |", "| --- | --- |", *table, ""]


def _change(before: str, after: str) -> str:
    """Return the lines that a mutant changes, as a cell of a table."""
    told = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    changed = [line for line in told if line[0] in "+-" and not line.startswith(("+++", "---"))]
    return "<br>".join(f"<code>{line[0]} {_escaped(line[1:].strip())}</code>" for line in changed)


def _escaped(code: str) -> str:
    entities = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "*": "&#42;", "_": "&#95;", "[": "&#91;"}
    return "".join(entities.get(character, character) for character in code)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
