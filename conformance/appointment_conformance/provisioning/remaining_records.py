"""What stands at a target by the journals of a run whose process died before it could tell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from appointment_conformance.errors import ConfigurationError

from .journal import Entry, Journal


def journals_in(directory: Path) -> frozenset[Path]:
    """Return the journals of all runs in `directory`."""
    return frozenset(directory.glob("journal-*.jsonl"))


def describe_remaining(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return a sentence for each journal that names a record which stands, or may: what it is, its id and its mark.

    What no operation removes is named as well.
    """
    return tuple(sentence for path in sorted(paths) if (sentence := _sentence(path)))


def _sentence(path: Path) -> str:
    try:
        journal = Journal.read(path)
    except ConfigurationError as error:
        return str(error)
    told = "; ".join(map(_told, journal.remaining))
    return f"Standing at the target by the journal of run {journal.about.get('run_id', '')}: {told}." if told else ""


def _told(entry: Entry) -> str:
    name = entry.path.rpartition("/")[2] or "of unknown id"
    if entry.state == "intended":
        return f"{entry.kind} {name} ({entry.mark}): no answer told whether it was made"
    if entry.state == "named":
        return f"{entry.kind} {name} ({entry.mark}): no answer showed that it is this run's own"
    lasts = ": no operation removes it" if entry.lasting else ""
    return f"{entry.kind} {name} ({entry.mark}){lasts}"
