"""The records that a run makes: what each is made from, where, and how it is known again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """One record to make: what it is, where, from what, what its id looks like, and how a person finds it."""

    kind: str
    #: The path of its collection below the base URL.
    path: str
    body: dict[str, Any]
    #: The form of its id.
    form: re.Pattern[str]
    #: The text by which a person finds it at the target.
    mark: str


def working_days(start: date) -> Iterator[date]:
    """Return the days from `start` on that are not at a weekend."""
    days = (start + timedelta(days=number) for number in count())
    return (day for day in days if day.weekday() < 5)
