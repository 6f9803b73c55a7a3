"""Targets: base URLs with their credentials, fixtures and limits, read from a targets file or built in."""

from .file import deviations_path, entries_in, names_in, read_targets
from .fixtures import Fixtures
from .form import TargetForm, TargetForms
from .target import ContractFile, Limits, Target

__all__ = [
    "ContractFile",
    "Fixtures",
    "Limits",
    "Target",
    "TargetForm",
    "TargetForms",
    "deviations_path",
    "entries_in",
    "names_in",
    "read_targets",
]
