"""YAML text as data, with the line of every key, and no key twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from appointment_conformance.errors import ConfigurationError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlText:
    """The parsed data, and the line (counted from 1) of each place in it."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest place around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str, *, name: str) -> YamlText:
    """Parse one YAML document with PyYAML's safe loader.

    Raises ConfigurationError that names `name` and the line for text that is not YAML or has a key twice.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = dict(_places(root, (), name)) if root is not None else {}
        return YamlText(data=yaml.safe_load(text), lines=lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigurationError(f"{name}, line {line}: this is not YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigurationError(f"{name}: this is not YAML: {str(error).splitlines()[0]}.") from error


def _places(node: yaml.Node, path: Path, name: str) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        yield from _mapping_places(node, path, name)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _places(item, (*path, index), name)


def _mapping_places(node: yaml.MappingNode, path: Path, name: str) -> Iterator[tuple[Path, int]]:
    first: dict[str, int] = {}
    for key, value in node.value:
        line, text = key.start_mark.line + 1, str(key.value)
        if text in first:
            raise ConfigurationError(
                f"{name}, line {line}: the key `{text}` stands here again (first on line {first[text]}); keep one."
            )
        first[text] = line
        yield from _places(value, (*path, text), name)
        yield (*path, text), line
