"""YAML text as data, with the line of every key, and no key twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from appointment_conformance.errors import ConfigurationError

Path = tuple[str | int, ...]
_TEXT_KEYS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}


class PlainLoader(yaml.SafeLoader):
    """A safe loader to which 0100 is no 64, 1:30 no 90 and `yes` no truth, as YAML 1.1 would have it.

    An id that is read as another number is the id of somebody else's record.
    """


PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", "true|false", "tf"),
    ("null", "null|~|", ["n", "~", ""]),
    ("int", "0|-?[1-9][0-9]{0,17}", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,18}", "-0123456789"),
    ("merge", "<<", "<"),
):
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), list(_first))


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
    """Parse one YAML document; numbers are those that JSON has as well, and whatever else looks like one is text.

    Raises ConfigurationError that names `name` and the line for text that is not YAML, or has a key twice or one that
    is no text. What stands in the file is never quoted but for keys: it may be a secret.
    """
    try:
        root = yaml.compose(text, Loader=PlainLoader)
        lines = dict(_places(root, (), name)) if root is not None else {}
        return YamlText(data=yaml.load(text, PlainLoader), lines=lines)  # noqa: S506 - it is a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = _unquoted(error.problem or error.context or "")
        raise ConfigurationError(f"{name}, line {line}: this is not YAML: {problem}.") from error
    except (LookupError, AttributeError) as error:
        raise ConfigurationError(f"{name}: this is not YAML: a tag does not fit what it stands before.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigurationError(f"{name}: this is not YAML: {_unquoted(str(error).splitlines()[0])}.") from error


def _unquoted(problem: str) -> str:
    """What is wrong, without what stands in the file: of that at most a sign is shown."""
    return re.sub(r"'[^']{3,}'", "...", problem)


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
        if key.tag not in _TEXT_KEYS:
            shown = f"the key `{text}`" if isinstance(key, yaml.ScalarNode) else "a key"
            raise ConfigurationError(f"{name}, line {line}: {shown} is no text; put it in quotes.")
        if text in first:
            raise ConfigurationError(
                f"{name}, line {line}: the key `{text}` stands here again (first on line {first[text]}); keep one."
            )
        first[text] = line
        yield from _places(value, (*path, text), name)
        yield (*path, text), line
