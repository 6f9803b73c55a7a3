"""The target of a team's own run of Schemathesis: named by two environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from appointment_conformance.api import api_of
from appointment_conformance.engine.api import Api
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import Target
from appointment_conformance.targets.admission import check_target
from appointment_conformance.targets_file import names_in, read_targets

FILE: Final = "CONFORMANCE_TARGETS"
NAME: Final = "CONFORMANCE_TARGET"


def chosen_target(environ: Mapping[str, str]) -> tuple[Target, Api]:
    """Return the target that the variables name, and its API; the name may be left out if the file has one target.

    The API is under the target's own contract where it names one. Raises ConfigurationError if a variable is missing,
    if the file or the contract cannot be used, and for settings that no run accepts, such as a production system
    without `allow_production`.
    """
    file, name = environ.get(FILE), environ.get(NAME)
    if not file:
        raise ConfigurationError(
            f"{FILE} is not set, so the guard does not know which records may be used; set it to the path of a "
            f"targets file, and {NAME} to the name of a target in it."
        )
    names = [name] if name else names_in(Path(file))
    if len(names) > 1:
        raise ConfigurationError(f"{file} has several targets; set {NAME} to one of them: {', '.join(names)}.")
    (target,) = read_targets(Path(file), names, environ)
    return check_target(target), api_of(target)


def check_base_url(given: str, target: Target) -> None:
    """Raise ConfigurationError unless the base URL `given` is that of `target`."""
    if given.rstrip("/") != target.base_url:
        raise ConfigurationError(
            f"the base URL is {given}, and that of the target `{target.name}` is {target.base_url}; "
            f"give --url {target.base_url}."
        )
