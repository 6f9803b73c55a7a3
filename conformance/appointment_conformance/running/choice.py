"""The targets that a command names: built-in ones, served while they are needed, or those of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from appointment_conformance.targets import Target, read_targets
from appointment_conformance.targets.builtin import reference_target

from .muster import muster


@contextmanager
def chosen(names: tuple[str, ...], targets: Path | None) -> Iterator[tuple[Target, ...]]:
    """Yield the targets called `names`, or all there are. Raises ConfigurationError as `muster` does."""
    orders = muster(names, targets=targets, profile="gate", seed=1, output=Path(), faults=())
    with ExitStack() as served:
        # All of them are of one file, or none is.
        if (file := orders[0].targets) is None:
            yield tuple(served.enter_context(reference_target(order.target)) for order in orders)
        else:
            yield read_targets(file, names, os.environ)
