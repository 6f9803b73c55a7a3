"""The targets that a user names: targets of a file, or built-in ones, which are served while they are needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from appointment_conformance.engine.known_deviations import read_deviations
from appointment_conformance.reference_targets import built_in, check_built_in, reference_target
from appointment_conformance.targets import Target
from appointment_conformance.targets.default_file import TargetsFile
from appointment_conformance.targets.source import TargetsText
from appointment_conformance.targets_file import names_in, read_targets


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """One target that the user named: its settings and the file they come from; both are None for a built-in target."""

    name: str
    settings: Target | None = field(default=None, repr=False)
    source: TargetsText | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which targets the user means, before their settings are read."""

    #: In the order of the user; empty for all targets of `source`.
    names: tuple[str, ...]
    #: The names that mean built-in targets.
    built_in: frozenset[str]
    #: The text of the targets file. It is read once for all processes, because a pipe gives its content once only.
    source: TargetsText | None = None

    @property
    def uses_file(self) -> bool:
        """Whether the choice includes a target of the file."""
        return self.source is not None and (not self.names or bool(set(self.names) - self.built_in))

    def resolve(self) -> tuple[ResolvedTarget, ...]:
        """Read and check the settings of each target and its known deviations. Raises ConfigurationError."""
        resolved = {name: ResolvedTarget(name) for name in self.names if name in self.built_in}
        if self.source is not None and self.uses_file:
            read = read_targets(self.source, [name for name in self.names if name not in resolved], os.environ)
            for target in read:
                read_deviations(target.deviations)
            resolved |= {target.name: ResolvedTarget(target.name, target, self.source) for target in read}
        return tuple(resolved[name] for name in self.names or resolved)


def choose(names: Iterable[str], targets: Path | TargetsFile | None) -> Choice:
    """Return which targets `names` mean. Without names these are all targets of the file, or all built-in targets.

    If no option names the file (it was found in the working directory), a name can also mean a built-in target, unless
    the file has a target with that name. Raises ConfigurationError for an unknown target and for an unreadable file.
    """
    file = TargetsFile(targets) if isinstance(targets, Path) else targets
    wanted = tuple(dict.fromkeys(names))
    if file is None:
        return Choice(_built_in(wanted), frozenset(built_in()))
    source = file.read()
    candidates = [name for name in wanted if name in built_in()] if file.is_default else []
    return Choice(wanted, frozenset(name for name in candidates if name not in names_in(source)), source)


@contextmanager
def open_targets(
    names: Iterable[str], file: TargetsFile | None, *, on_note: Callable[[str], object]
) -> Iterator[tuple[Target, ...]]:
    """Yield the targets called `names`, or all of them; built-in targets are served inside the block.

    If a targets file is used that no option names, `on_note` is called with a sentence on it. Raises
    ConfigurationError.
    """
    choice = choose(names, file)
    resolved = choice.resolve()
    if note := note_on_file(choice, file):
        on_note(note)
    with ExitStack() as stack:
        yield tuple(stack.enter_context(served(target)) for target in resolved)


def note_on_file(choice: Choice, file: TargetsFile | None) -> str:
    """Return a sentence on the targets file if it is used and no option names it, else an empty text."""
    return file.notice if file and choice.uses_file else ""


def served(target: ResolvedTarget, *, faults: tuple[str, ...] = ()) -> AbstractContextManager[Target]:
    """Return the target as a context; a built-in target is served while the context is open, with `faults` on."""
    return nullcontext(target.settings) if target.settings else reference_target(target.name, faults=faults)


def _built_in(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Which built-in targets `wanted` names; all without a name. Raises ConfigurationError for an unknown name."""
    for name in wanted:
        check_built_in(name)
    return wanted or tuple(built_in())
