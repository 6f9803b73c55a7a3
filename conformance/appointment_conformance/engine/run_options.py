"""How one run is made: profile, seed, known deviations, replays, and what its result says about its origin."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .context import Profile
from .known_deviations import KnownDeviation
from .replays import ROUNDS

#: The directory of journals unless another one is given.
JOURNALS: Final = Path("conformance-reports")


def new_run_id() -> str:
    """Return an id that no other run has."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of one run."""

    profile: Profile = "gate"
    seed: int = 1
    #: The known deviations of the target.
    known: Sequence[KnownDeviation] = ()
    #: How often at most a failure is played again.
    rounds: int = ROUNDS
    #: The requirements that may count against the target, as they are proven able to fail; those that the API's own
    #: proof names, unless given.
    gating: frozenset[str] | None = None
    #: Whether the verdict is about the selected requirements only; those left out then leave nothing open.
    partial: bool = False
    #: The directory where a journal is kept of the records that the run makes at its target.
    journals: Path = JOURNALS
    run_id: str = field(default_factory=new_run_id)
    #: The command line that repeats the run, empty where it was not started by one.
    command: str = ""
    #: The targets file as the result names it, empty where there is none.
    targets_file: str = ""
