"""The targets file that a command uses: the one that was named, or the one in the working directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appointment_conformance.errors import ConfigurationError

from .source import TargetsText

DEFAULTS: Final = (Path("targets.yaml"), Path("targets.yml"))


@dataclass(frozen=True, slots=True)
class TargetsFile:
    """A targets file; beside one that was only found, the built-in targets may be asked for by name."""

    path: Path
    is_default: bool = False
    #: Its text, where that has been read already.
    text: TargetsText | None = None

    @property
    def notice(self) -> str:
        """A sentence on a file that nobody has named, empty for one that was."""
        return f"targets from {self.path}" if self.is_default else ""

    def read(self) -> TargetsText:
        """Return its text. Raises ConfigurationError."""
        return self.text or TargetsText.read(self.path)


def candidates(named: Path | None) -> tuple[Path, ...]:
    """Return the file that was `named`, or else those in the working directory that might be meant."""
    if named is not None:
        return (named,)
    return tuple(path for path in DEFAULTS if os.path.lexists(path) and not path.is_dir())


def targets_file(named: Path | None) -> TargetsFile | None:
    """Return the file that was `named`, or the one in the working directory, or None where there is none.

    Raises ConfigurationError where two stand there.
    """
    found = candidates(named)
    if len(found) > 1:
        told = " and ".join(map(str, found))
        raise ConfigurationError(f"{told} stand here; name one of them with --targets, or remove one.")
    return TargetsFile(found[0], is_default=named is None) if found else None
