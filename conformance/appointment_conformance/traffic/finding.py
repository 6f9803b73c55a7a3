"""Findings: what a check of a target's configuration and surroundings came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `told` is what was seen and, unless the grade is `ok`, what to do about it."""

    grade: Grade
    check: str
    message: str
