"""The targets that a command names: built-in ones, served while they are needed, or those of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from appointment_conformance.api import load_apis
from appointment_conformance.cli.worker_pool import Order
from appointment_conformance.targets import Target
from appointment_conformance.targets.builtin import broken_by_faults, reference_target
from appointment_conformance.targets.default_file import TargetsFile

from .jobs import muster


@contextmanager
def chosen(
    names: tuple[str, ...], file: TargetsFile | None, *, tell: Callable[[str], object]
) -> Iterator[tuple[Target, ...]]:
    """Yield the targets called `names`, or all there are, and `tell` of a file that was used and nobody has named.

    Raises ConfigurationError as `muster` does.
    """
    orders = muster(names, targets=file, profile="gate", seed=1, output=Path(), faults=())
    if told := told_of(orders, file):
        tell(told)
    with ExitStack() as open_ones:
        yield tuple(open_ones.enter_context(served(order)) for order in orders)


def told_of(orders: Iterable[Order], file: TargetsFile | None) -> str:
    """Return a sentence on the targets file of `orders` where nobody has named it, else an empty one."""
    return file.told if file and any(order.targets for order in orders) else ""


def served(order: Order) -> AbstractContextManager[Target]:
    """Return the target of an order as a context; a built-in one is served while it is open."""
    return nullcontext(order.settings) if order.settings else reference_target(order.target, faults=order.faults)


def gating_at(order: Order) -> frozenset[str]:
    """Return the requirements that may count against the target of an order.

    At a built-in target the faults are at hand, and newer than the data while somebody writes one.
    """
    return load_apis().proven if order.settings else broken_by_faults()
