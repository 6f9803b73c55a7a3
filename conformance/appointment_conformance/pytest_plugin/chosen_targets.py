"""The targets that a user asks for by name: built-in ones, served while they are needed, or those of a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from appointment_conformance.api import load_apis
from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_targets import broken_by_faults, built_in, reference_target, refuse_broken
from appointment_conformance.targets import Target
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.targets_file import names_in, read_targets


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """One target that was asked for: its settings and the file that they came from, None for a built-in one."""

    name: str
    settings: Target | None = field(default=None, repr=False)
    source: TargetsText | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which targets are meant, before their settings are looked at."""

    #: In the order asked for; empty for all targets of `source`.
    names: tuple[str, ...]
    #: Those of the names that are built-in targets.
    built_in: frozenset[str]
    #: The targets file, read once for every process of the run: a pipe gives its content once, and a file may change.
    source: TargetsText | None = None

    @property
    def uses_file(self) -> bool:
        """Whether a target of the file is meant."""
        return self.source is not None and (not self.names or bool(set(self.names) - self.built_in))

    def resolve(self) -> tuple[ResolvedTarget, ...]:
        """Read the settings of each target and what belongs to them. Raises ConfigurationError."""
        found = {name: ResolvedTarget(name) for name in self.names if name in self.built_in}
        if self.source is not None and self.uses_file:
            read = read_targets(self.source, [name for name in self.names if name not in found], os.environ)
            for target in read:
                read_deviations(target.deviations)
            found |= {target.name: ResolvedTarget(target.name, target, self.source) for target in read}
        return tuple(found[name] for name in self.names or found)


def choose(names: Iterable[str], targets: Path | TargetsFile | None) -> Choice:
    """Return which targets `names` mean: all of `targets` without any, or the built-in ones where there is no file.

    Beside a file that was found and not named, a built-in target may be asked for by its name, unless the file has a
    target of that name. Raises ConfigurationError for an unknown target, and for a file that cannot be read.
    """
    file = TargetsFile(targets) if isinstance(targets, Path) else targets
    wanted = tuple(dict.fromkeys(names))
    if file is None:
        return Choice(_built_in(wanted), frozenset(built_in()))
    source = file.read()
    asked = [name for name in wanted if name in built_in()] if file.is_default else []
    return Choice(wanted, frozenset(name for name in asked if name not in names_in(source)), source)


@contextmanager
def open_targets(
    names: Iterable[str], file: TargetsFile | None, *, on_note: Callable[[str], object]
) -> Iterator[tuple[Target, ...]]:
    """Yield the targets called `names`, or all there are; built-in ones are served within the block.

    `on_note` is called with a sentence on a file that is used and that nobody has named. Raises ConfigurationError.
    """
    choice = choose(names, file)
    resolved = choice.resolve()
    if note := note_on_file(choice, file):
        on_note(note)
    with ExitStack() as stack:
        yield tuple(stack.enter_context(served(one)) for one in resolved)


def note_on_file(choice: Choice, file: TargetsFile | None) -> str:
    """Return a sentence on the targets file that is used, where nobody has named it, else an empty one."""
    return file.notice if file and choice.uses_file else ""


def served(target: ResolvedTarget, *, faults: tuple[str, ...] = ()) -> AbstractContextManager[Target]:
    """Return the target as a context; a built-in one is served while it is open, with `faults` switched on."""
    return nullcontext(target.settings) if target.settings else reference_target(target.name, faults=faults)


def gating_at(target: ResolvedTarget) -> frozenset[str]:
    """Return the requirements that may count against a target.

    At a built-in target the faults are at hand, and newer than the data while somebody writes one.
    """
    return load_apis().proven_for(target.settings.api) if target.settings else broken_by_faults()


def _built_in(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the built-in targets are meant. Raises ConfigurationError for a name that none of them has."""
    for name in wanted:
        if name not in built_in():
            refuse_broken(name)
            known = suggestion(name, built_in())
            raise ConfigurationError(f"there is no built-in target `{name}`{known} Other targets need --targets.")
    return wanted or tuple(built_in())
