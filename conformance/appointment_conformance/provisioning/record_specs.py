"""Specifications of the records that a run makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """One record to make: its kind, collection, body, form of its id, and the text that marks it."""

    kind: str
    #: The path of its collection below the base URL.
    path: str
    body: dict[str, Any]
    #: The pattern of its id.
    form: re.Pattern[str]
    #: The text by which a person finds it at the target.
    mark: str


def working_days(start: date) -> Iterator[date]:
    """Return the days from `start` on, without weekends."""
    days = (start + timedelta(days=number) for number in count())
    return (day for day in days if day.weekday() < 5)
