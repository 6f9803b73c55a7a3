"""The text of a file of known deviations: entries come and go, everything else stays as its owner wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import yaml

from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.yaml_text import parse
from appointment_reports import deviation_entry

from .fingerprint import is_outdated

HEADING = """\
# Known deviations: failures that are declared for now, each with a reason, a ticket, an owner and a last day.
# They still run; a failure with another fingerprint is not excused. Fill in what is empty.

"""


@dataclass(frozen=True, slots=True, order=True)
class Declared:
    """What an entry declares, filled in or not."""

    requirement: str
    operation: str
    fingerprint: str

    def is_of(self, other: Declared) -> bool:
        """Say whether both are of one requirement on one operation."""
        return (self.requirement, self.operation) == (other.requirement, other.operation)


def declared(text: str, *, name: str) -> tuple[Declared, ...]:
    """Return what the entries of a file's `text` declare, in its order.

    Raises ConfigurationError, naming `name`, for text that is not YAML or not a list of such entries.
    """
    data = parse(text, name=name).data or []
    try:
        return tuple(Declared(str(e["requirement"]), str(e["operation"]), str(e["fingerprint"])) for e in data)
    except (TypeError, KeyError) as error:
        raise ConfigurationError(
            f"{name}: every entry needs the keys requirement, operation and fingerprint; mend it first."
        ) from error


def with_entries(text: str, added: Iterable[Declared], *, today: date, name: str) -> str:
    """Return `text` with an entry for each of `added` at its end, to be filled in; entries that stand there stay.

    Raises ConfigurationError for a text to whose list nothing can be appended.
    """
    standing = declared(text, name=name)
    new = [entry for entry in added if entry not in standing]
    margin = " " * _margin(text)
    entries = "".join(
        deviation_entry(entry.requirement, entry.operation, entry.fingerprint, today=today) for entry in new
    )
    indented = "".join(f"{margin}{line}" for line in entries.splitlines(keepends=True))
    made = f"{_open_ended(text) or HEADING}{indented}" if new else text
    if declared(made, name=name) != (*standing, *new):
        raise ConfigurationError(f"{name}: write the list with one entry below the other, each beginning with `- `.")
    return made


def renewals(standing: Sequence[Declared], failures: Iterable[Declared]) -> dict[Declared, str]:
    """Return the entries whose fingerprint an older version made, each with the fingerprint that takes its place.

    Of several such entries for one requirement and operation the first is renewed; none is where an entry declares the
    failure already.
    """
    found = {}
    for failure in failures:
        old = [entry for entry in standing if entry.is_of(failure) and is_outdated(entry.fingerprint)]
        if old and failure not in standing:
            found[old[0]] = failure.fingerprint
    return found


def with_renewed(text: str, renewed: Mapping[Declared, str], *, name: str) -> str:
    """Return `text` with other fingerprints in the entries `renewed`; everything else stays to the letter.

    Raises ConfigurationError for a text in which a fingerprint cannot be replaced by itself.
    """
    standing, made = declared(text, name=name), text
    places = list(zip(standing, _fingerprints(text), strict=True)) if renewed else []
    # From the end, so that the places before stay where they are.
    for entry, node in reversed(places):
        quote = node.style or ""
        if entry in renewed and quote in {"", "'", '"'}:
            value = f"{quote}{renewed[entry]}{quote}"
            made = made[: node.start_mark.index] + value + made[node.end_mark.index :]
    wanted = tuple(replace(entry, fingerprint=renewed.get(entry, entry.fingerprint)) for entry in standing)
    if declared(made, name=name) != wanted:
        raise ConfigurationError(f"{name}: write each fingerprint in one line, behind its key.")
    return made


def without_entries(text: str, dropped: Sequence[Declared], *, name: str) -> str:
    """Return `text` without the entries `dropped` and the comments that stand right above them.

    Raises ConfigurationError for a text from which single entries cannot be taken.
    """
    standing = declared(text, name=name)
    lines, starts = text.splitlines(keepends=True), _starts(text)
    kept = lines[: starts[0]] if starts else lines
    for entry, start, end in zip(standing, starts, [*starts[1:], len(lines)], strict=True):
        kept += [] if entry in dropped else lines[start:end]
    made = "".join(kept)
    if declared(made, name=name) != tuple(entry for entry in standing if entry not in dropped):
        raise ConfigurationError(f"{name}: write the list with one entry below the other, each beginning with `- `.")
    return made


def _fingerprints(text: str) -> Iterator[yaml.ScalarNode]:
    """The node of the fingerprint of each entry."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for entry in root.value if isinstance(root, yaml.SequenceNode) else []:
        yield next(value for key, value in entry.value if key.value == "fingerprint")


def _margin(text: str) -> int:
    """The column at which the entries begin."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return root.start_mark.column if isinstance(root, yaml.SequenceNode) and root.value else 0


def _open_ended(text: str) -> str:
    """The text as far as entries can follow it: an empty list is nothing, the last line ends."""
    lines = [line for line in text.splitlines() if line.strip() not in {"[]", "---"}]
    return "".join(f"{line}\n" for line in lines)


def _starts(text: str) -> list[int]:
    """The line at which each entry begins, with the comments right above it, counted from 0."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines = text.splitlines()
    starts = []
    for item in root.value if isinstance(root, yaml.SequenceNode) else []:
        start = item.start_mark.line
        while start and lines[start - 1].lstrip().startswith("#"):
            start -= 1
        starts.append(start)
    return starts
