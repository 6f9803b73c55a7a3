"""The contract of MijnKlantportaal's cancel operation."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from appointment_specs.contract import Contract
from appointment_specs.rules import SHARED_RULES, rate_limit_answer_is_missing

from .rules import example_contradicts_cancel, example_has_impossible_offset

__all__ = ["CONTRACT"]

CONTRACT: Final = Contract(
    files(__name__),
    {
        **SHARED_RULES,
        "DOC-14": rate_limit_answer_is_missing,
        "DOC-15": example_contradicts_cancel,
        "DOC-16": example_has_impossible_offset,
    },
)
