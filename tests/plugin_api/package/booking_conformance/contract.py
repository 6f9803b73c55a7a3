"""The contract of the bookings API: what is published, and what the prose adds."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from appointment_specs import SHARED_RULES, Contract

CONTRACT: Final = Contract(files(__package__), SHARED_RULES)
