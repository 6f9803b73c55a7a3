"""Parse YAML text into data with the line of every key. Duplicate keys and too large documents are refused."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from appointment_conformance.errors import ConfigurationError

from .yaml_bounds import refuse_excess

Path = tuple[str | int, ...]
_TEXT_KEYS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}
#: The parser in C, if the library has it, is many times as fast.
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PlainLoader(SAFE_LOADER):  # type: ignore[misc] # one of two classes with the same methods
    """Safe YAML loader with JSON's scalars. YAML 1.1 would read 0100 as octal 64, 1:30 as 90 and yes as true.

    An id that is read as another number could be the id of another person's record.
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


#: A value, after a key or in a list, that begins with a character which unquoted text cannot begin with.
_SPECIAL_FIRST = re.compile(r"\s*(?:- +)?[\w.-]+: +([&*|>%@`}\],]|<<)")


@dataclass(frozen=True, slots=True)
class YamlText:
    """The parsed data, and the line (counted from 1) of each place in it."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest place that contains it; a merge key (`<<`) is followed."""
        place: Path = ()
        for step in path:
            inner = self._inner(place, step)
            if inner is None:
                break
            place = inner
        return self.lines.get(place, 1)

    def _inner(self, place: Path, step: str | int) -> Path | None:
        """Return the place of `step` in `place` as it is written: there, or in what is merged into it."""
        if (*place, step) in self.lines:
            return (*place, step)
        merged = (*place, "<<")
        several = itertools.takewhile(self.lines.__contains__, ((*merged, index) for index in itertools.count()))
        sources = (merged, *several) if merged in self.lines else ()
        return next((inner for source in sources if (inner := self._inner(source, step))), None)

    def value(self, path: Path) -> Any:
        """Return the value at `path`, or None if there is none."""
        value = self.data
        for step in path:
            try:
                value = value[step]
            except (LookupError, TypeError):
                return None
        return value


def parse(text: str, *, name: str, known: Collection[str] = ()) -> YamlText:
    """Parse one YAML document. Only numbers in JSON's notation are numbers; other notations are text.

    Raises ConfigurationError with `name` and the line for text that is not YAML or is too large, and for a tag, a
    duplicate key or a key that is not text. The content of the file may be secret, so only `known` keys are quoted.
    """
    try:
        refuse_excess(text, SAFE_LOADER, name=name)
        loader = PlainLoader(text)
        root = loader.get_single_node()
        lines = dict(_places(root, (), name, known)) if root is not None else {}
        return YamlText(data=loader.construct_document(root) if root is not None else None, lines=lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = _special_character(text, line) or _unquoted(error.problem or error.context or "")
        raise ConfigurationError(f"{name}, line {line}: this is not YAML: {problem}.") from error
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        problem = _unquoted(str(error).partition("\n")[0])
        raise ConfigurationError(f"{name}: this is not YAML: {problem}.") from error


def _special_character(text: str, line: int) -> str:
    """Return what to do if a value in `line` begins with a character that is special in YAML; empty if none does."""
    content = "".join(re.split(r"\r\n|\r|\n", text)[line - 1 : line])
    match = _SPECIAL_FIRST.match(content)
    return f"a value begins with `{match[1]}`, which has a special meaning there; put it in quotes" if match else ""


def _unquoted(problem: str) -> str:
    """Return the problem without content of the file, except for single punctuation characters."""
    masked = re.sub(r"'(?:<[a-z ]+>|[^\w\s])'", lambda quoted: quoted[0].replace("'", "\0"), problem)
    return re.sub(r"['\"].*", "...", masked, flags=re.DOTALL).replace("\0", "'")


def _places(node: yaml.Node, path: Path, name: str, known: Collection[str]) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        yield from _mapping_places(node, path, name, known)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _places(item, (*path, index), name, known)


def _mapping_places(
    node: yaml.MappingNode, path: Path, name: str, known: Collection[str]
) -> Iterator[tuple[Path, int]]:
    first: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.tag not in _TEXT_KEYS:
            raise ConfigurationError(f"{name}, line {line}: a key is not text; put it in quotes.")
        text = str(key.value)
        if text in first:
            shown = f"the key `{text}`" if text in known else "a key"
            raise ConfigurationError(
                f"{name}, line {line}: {shown} appears again (first on line {first[text]}); keep one."
            )
        first[text] = line
        yield from _places(value, (*path, text), name, known)
        yield (*path, text), line
