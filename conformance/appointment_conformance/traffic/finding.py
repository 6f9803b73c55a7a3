"""Findings: results of the checks of a target's configuration and environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: `message` says what was found and, unless the grade is `ok`, what to do."""

    grade: Grade
    check: str
    message: str
