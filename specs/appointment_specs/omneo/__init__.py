"""The contract of Omneo's link and unlink operations."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from appointment_specs.contract import Contract
from appointment_specs.rules import SHARED_RULES

from .rules import form_of_id_is_prose_only

__all__ = ["CONTRACT"]

CONTRACT: Final = Contract(files(__name__), {**SHARED_RULES, "DOC-13": form_of_id_is_prose_only})
