"""Limits of YAML text: refuse a document that would need much time or memory, before any value is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml

from appointment_conformance.errors import ConfigurationError

#: Maximum number of values and of nesting levels once each alias is replaced by its content.
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 50
#: This many characters of text count as one more value: a long text with many aliases costs as much as many values.
_CHARACTERS_PER_VALUE: Final = 64
#: Tags that change nothing.
_PLAIN_TAGS: Final = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The maximum number of values and of nesting levels of a document; by default those of the suite's own files."""

    nodes: int = MAX_NODES
    depth: int = MAX_DEPTH


class _Measure:
    """Counts the values of a document from its events; an alias counts as much as its content."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds, self._total = bounds, 0
        #: For each open collection: its anchor, and the number of values before it.
        self._open: list[tuple[str | None, int]] = []
        self._sizes: dict[str | None, int] = {}

    def flaw(self, event: yaml.Event) -> str | None:
        """Count the next event; return why the document is refused, or None if it is not."""
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, count_before = self._open.pop()
            self._sizes[anchor] = self._total - count_before
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in self._open):
                return "an alias is inside the value that it refers to"
            self._total += self._sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.tag not in _PLAIN_TAGS:
                return "a value begins with `!`, which makes it a tag; put it in quotes"
            self._begin(event)
        if len(self._open) > self._bounds.depth:
            return f"it is nested more than {self._bounds.depth} levels deep"
        if self._total > self._bounds.nodes:
            return f"it has more than {self._bounds.nodes} values, or as much text, once its aliases are replaced"
        return None

    def _begin(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            self._open.append((event.anchor, self._total))
        else:
            self._sizes[event.anchor] = 1 + len(event.value) // _CHARACTERS_PER_VALUE
            self._total += len(event.value) // _CHARACTERS_PER_VALUE
        self._total += 1


def refuse_excess(text: str, loader: Any, *, name: str, bounds: Bounds = Bounds()) -> None:
    """Raise ConfigurationError for a document that is too large or has tags; `loader` is the class that reads it."""
    measure = _Measure(bounds)
    for event in yaml.parse(text, Loader=loader):
        flaw = measure.flaw(event)
        if flaw is not None:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ConfigurationError(f"{name}, line {line}: this is not YAML that can be used: {flaw}.")
