"""Read targets files with the keys of all installed APIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from appointment_conformance import targets
from appointment_conformance.api import attempt, load_apis
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target, TargetForms
from appointment_conformance.targets.source import TargetsText

__all__ = ["deviations_path", "entries_in", "installed_forms", "names_in", "read_targets"]


@cache
def installed_forms() -> TargetForms:
    """Return the keys of each installed API in a targets file, and why other APIs cannot be used."""
    apis = load_apis()
    known, broken = {}, dict(apis.broken)
    for name, api in apis.items():
        try:
            attempt(api.form.keys.check, name, apis.packages[name])
            known[name] = api.form
        except ConfigurationError as error:
            broken[name] = str(error)
    return TargetForms(known, broken)


def read_targets(file: Path | TargetsText, names: Iterable[str], environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Return the targets called `names`; if `names` is empty, all targets in the order of the file.

    Raises ConfigurationError as `targets.read_targets` does.
    """
    return targets.read_targets(file, names, environ, forms=installed_forms())


def names_in(file: Path | TargetsText) -> tuple[str, ...]:
    """Return the names of the targets in a file, also if other parts of it are wrong. Raises ConfigurationError."""
    return targets.names_in(file, forms=installed_forms())


def entries_in(file: Path | TargetsText) -> Mapping[str, Mapping[str, Any]]:
    """Return the targets in a file by name, as they are written. Raises ConfigurationError."""
    return targets.entries_in(file, forms=installed_forms())


def deviations_path(file: Path | TargetsText, name: str, environ: Mapping[str, str]) -> Path:
    """Return the path of the known deviations of the target called `name`. Raises ConfigurationError."""
    return targets.deviations_path(file, name, environ, forms=installed_forms())
