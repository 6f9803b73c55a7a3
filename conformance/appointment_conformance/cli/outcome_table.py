"""The table of several targets as lines of text that fit the width of a console."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from appointment_conformance.wording import amount
from appointment_reports import visible_line
from appointment_reports.overview import TargetOutcome

_HEAD = ("target", "verdict", "failed", "untested", "requests", "seconds", "report")
#: How many columns are texts, and begin at the left; numbers end at the right.
_TEXTS = 2
_GAP = "  "


def table_lines(outcomes: Sequence[TargetOutcome], width: int) -> tuple[str, ...]:
    """Return the table of `outcomes` in their order, as one line for each target if `width` characters are enough.

    If they are not, the path of the report gets a line of its own; if that is not enough, the target does as well. A
    name or a path that is longer than a line is never cut.
    """
    rows = [_HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if _total(widths) <= width:
        return tuple(_line(row, widths) for row in rows)
    if _total(widths[:-1]) <= width:
        return tuple(line for row in rows for line in (_line(row[:-1], widths[:-1]), f"{_GAP}{row[-1]}"))
    return tuple(line for outcome in outcomes for line in _stacked(outcome, width))


def _row(outcome: TargetOutcome) -> tuple[str, ...]:
    counts = map(str, (outcome.failed, outcome.untested, outcome.requests))
    return (visible_line(outcome.target), outcome.verdict, *counts, f"{outcome.seconds:.1f}", _report(outcome))


def _report(outcome: TargetOutcome) -> str:
    return visible_line(outcome.report, None) or "no report"


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    texts = [cell.ljust(width) for cell, width in zip(row[:_TEXTS], widths, strict=False)]
    numbers = [cell.rjust(width) for cell, width in zip(row[_TEXTS:6], widths[_TEXTS:], strict=False)]
    return _GAP.join([*texts, *numbers, *row[6:]])


def _stacked(outcome: TargetOutcome, width: int) -> Iterator[str]:
    yield visible_line(outcome.target)
    facts = f"{outcome.verdict}, {outcome.failed} failed, {outcome.untested} untested, "
    cost = f"{amount(outcome.requests, 'request')}, {outcome.seconds:.1f} s"
    yield from indented(facts + cost, width)
    yield f"{_GAP}{_report(outcome)}"


def indented(text: str, width: int) -> list[str]:
    """Return `text` as lines of at most `width` characters, each indented; no word is cut."""
    return textwrap.wrap(
        text,
        max(width, len(_GAP) + 1),
        initial_indent=_GAP,
        subsequent_indent=_GAP,
        break_long_words=False,
        break_on_hyphens=False,
    )
