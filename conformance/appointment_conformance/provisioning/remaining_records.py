"""Report the records that remain at a target according to the journals of a run whose process was killed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from appointment_conformance.errors import ConfigurationError

from .journal import Entry, Journal


def journals_in(directory: Path) -> frozenset[Path]:
    """Return the journals of all runs in `directory`."""
    return frozenset(directory.glob("journal-*.jsonl"))


def describe_remaining(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return a sentence for each journal with records that remain or may remain: their kind, id and mark.

    Records that no operation removes are named as well.
    """
    return tuple(sentence for path in sorted(paths) if (sentence := _sentence(path)))


def _sentence(path: Path) -> str:
    try:
        journal = Journal.read(path)
    except ConfigurationError as error:
        return str(error)
    records = "; ".join(map(_describe_entry, journal.remaining))
    run_id = journal.about.get("run_id", "")
    return f"Records that remain at the target, by the journal of run {run_id}: {records}." if records else ""


def _describe_entry(entry: Entry) -> str:
    name = entry.id or "of unknown id"
    if entry.state == "intended":
        return f"{entry.kind} {name} ({entry.mark}): no answer said whether it was made"
    if entry.state == "named":
        return f"{entry.kind} {name} ({entry.mark}): no answer showed that it is this run's own"
    lasts = ": no operation removes it" if entry.lasting else ""
    return f"{entry.kind} {name} ({entry.mark}){lasts}"
