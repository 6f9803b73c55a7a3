"""The targets file that a command uses: the one that the user names, or the default one in the working directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from appointment_conformance.errors import ConfigurationError

from .env_file import read_env_file
from .source import TargetsText

DEFAULTS: Final = (Path("targets.yaml"), Path("targets.yml"))


@dataclass(frozen=True, slots=True)
class TargetsFile:
    """A targets file. If it is only the default one, the built-in targets can still be selected by name."""

    path: Path
    is_default: bool = False
    #: Its text if it has been read already.
    text: TargetsText | None = None
    #: The variables of the file that `--env-file` names.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    #: That file.
    env_file: Path | None = None

    @property
    def notice(self) -> str:
        """A phrase that says which default file is used; empty for a file that the user named."""
        return f"targets from {self.path}" if self.is_default else ""

    def read(self) -> TargetsText:
        """Return its text. Raises ConfigurationError."""
        return self.text or replace(TargetsText.read(self.path), variables=self.variables, env_file=self.env_file)


def candidates(named: Path | None) -> tuple[Path, ...]:
    """Return the file that was `named`, or else the default files that exist in the working directory."""
    if named is not None:
        return (named,)
    return tuple(path for path in DEFAULTS if os.path.lexists(path) and not path.is_dir())


def targets_file(named: Path | None, *, env_file: Path | None = None) -> TargetsFile | None:
    """Return the file that was `named`, or the default one in the working directory, or None if there is none.

    Its variables are those of `env_file`, which is read here. Raises ConfigurationError if that file cannot be used,
    and if the directory has two default files.
    """
    variables = read_env_file(env_file) if env_file else {}
    paths = candidates(named)
    if len(paths) > 1:
        both = " and ".join(map(str, paths))
        raise ConfigurationError(f"{both} are both here; name one of them with --targets, or remove one.")
    return TargetsFile(paths[0], named is None, variables=variables, env_file=env_file) if paths else None
