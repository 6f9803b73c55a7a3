"""What commands do before they start: find the targets file, and end with 2 where the configuration cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from appointment_conformance.output import complain

if TYPE_CHECKING:
    from appointment_conformance.api import Apis
    from appointment_conformance.targets.default_file import TargetsFile


@contextmanager
def exit_2_on_errors() -> Iterator[None]:
    """Check the surroundings, and run the block; a ConfigurationError or an OSError becomes one sentence and exit 2."""
    from appointment_conformance.errors import ConfigurationError
    from appointment_conformance.pytest_plugin.surroundings import check_surroundings

    try:
        check_surroundings()
        yield
    except (ConfigurationError, OSError) as error:
        complain(f"error: {error}")
        sys.exit(2)


def find_targets_file(named: Path | None, env_file: Path | None = None) -> TargetsFile | None:
    """Return the targets file of a command, None without one. If no option names it, stderr says which one is used."""
    from appointment_conformance.targets.default_file import targets_file

    file = targets_file(named, env_file=env_file)
    if file and file.notice:
        complain(file.notice)
    return file


def require_targets_file(named: Path | None, env_file: Path | None) -> TargetsFile:
    """Return the targets file, for a command that needs one. Raises ConfigurationError without one."""
    from appointment_conformance.errors import ConfigurationError

    if (file := find_targets_file(named, env_file)) is None:
        raise ConfigurationError("there is no targets.yaml here; name the targets file with --targets.")
    return file


def load_usable_apis() -> Apis:
    """Return every API that is installed and whose requirements can be read. For each other one stderr says why."""
    from appointment_conformance.api import load_apis

    apis = load_apis().with_catalogues()
    for reason in apis.broken.values():
        complain(reason)
    return apis
