"""Bounds of YAML text: what would take long or much memory to build is refused before anything is built."""

from __future__ import annotations

from typing import Any, Final

import yaml

from appointment_conformance.errors import ConfigurationError

#: What a file may come to once its aliases are replaced by what they stand for: values, and how deep they lie.
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 50
#: So many signs of text count as one value more: a long text with many aliases costs as much as many values.
_SIGNS: Final = 64
#: Tags that say nothing that is not so without them.
_PLAIN_TAGS: Final = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _Measure:
    """Counts the values of a document as its events come, each alias as what it stands for."""

    def __init__(self) -> None:
        self._total = 0
        #: The anchor of each collection that has begun and not ended, and how many values came before it.
        self._open: list[tuple[str | None, int]] = []
        self._sizes: dict[str | None, int] = {}

    def flaw(self, event: yaml.Event) -> str | None:
        """Take the next event; return why no more can be taken, None where it can."""
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self._open.pop()
            self._sizes[anchor] = self._total - before
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in self._open):
                return "an alias stands inside what it stands for"
            self._total += self._sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.tag not in _PLAIN_TAGS:
                return "a value begins with `!`, which makes it a tag; put it in quotes"
            self._begin(event)
        if len(self._open) > MAX_DEPTH:
            return f"it is nested more than {MAX_DEPTH} deep"
        if self._total > MAX_NODES:
            return f"with its aliases replaced it comes to more than {MAX_NODES} values, or as much text"
        return None

    def _begin(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            self._open.append((event.anchor, self._total))
        else:
            self._sizes[event.anchor] = 1 + len(event.value) // _SIGNS
            self._total += len(event.value) // _SIGNS
        self._total += 1


def refuse_excess(text: str, loader: Any, *, name: str) -> None:
    """Raise ConfigurationError for a document that is too much, or has tags; `loader` is what reads it later."""
    measure = _Measure()
    for event in yaml.parse(text, Loader=loader):
        flaw = measure.flaw(event)
        if flaw is not None:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ConfigurationError(f"{name}, line {line}: this is not YAML that can be used: {flaw}.")
