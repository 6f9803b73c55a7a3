"""YAML text as data, with the line of every key, and no key twice; what is too much of it is refused first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from appointment_conformance.errors import ConfigurationError

from .yaml_bounds import refuse_excess

Path = tuple[str | int, ...]
_TEXT_KEYS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}
#: The parser in C is many times as fast, where the library has it.
SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PlainLoader(SAFE_LOADER):  # type: ignore[misc] # one of two classes with the same methods
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


#: A value, after a key or in a list, that begins with a sign which plain text cannot begin with.
_SIGN_FIRST = re.compile(r"\s*(?:- +)?[\w.-]+: +([&*|>%@`}\],]|<<)")


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

    def value(self, path: Path) -> Any:
        """Return what stands at `path`, None where nothing does."""
        found = self.data
        for step in path:
            try:
                found = found[step]
            except (LookupError, TypeError):
                return None
        return found


def parse(text: str, *, name: str, known: Collection[str] = ()) -> YamlText:
    """Parse one YAML document; numbers are those that JSON has as well, and whatever else looks like one is text.

    Raises ConfigurationError that names `name` and the line for text that is not YAML, is too much of it, has a tag, a
    key twice or one that is no text. What stands in the file is never quoted but for keys that are `known`: it may be
    a secret.
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
        problem = _sign_trouble(text, line) or _unquoted(error.problem or error.context or "")
        raise ConfigurationError(f"{name}, line {line}: this is not YAML: {problem}.") from error
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        problem = _unquoted(str(error).partition("\n")[0])
        raise ConfigurationError(f"{name}: this is not YAML: {problem}.") from error


def _sign_trouble(text: str, line: int) -> str:
    """What to do where a value in `line` begins with a sign that means something in YAML; empty where none does."""
    written = "".join(re.split(r"\r\n|\r|\n", text)[line - 1 : line])
    match = _SIGN_FIRST.match(written)
    return f"a value begins with `{match[1]}`, which means something else there; put it in quotes" if match else ""


def _unquoted(problem: str) -> str:
    """What is wrong, without what stands in the file: of that at most a sign is shown."""
    told = re.sub(r"'(?:<[a-z ]+>|[^\w\s])'", lambda quoted: quoted[0].replace("'", "\0"), problem)
    return re.sub(r"['\"].*", "...", told, flags=re.DOTALL).replace("\0", "'")


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
            raise ConfigurationError(f"{name}, line {line}: a key is no text; put it in quotes.")
        text = str(key.value)
        if text in first:
            shown = f"the key `{text}`" if text in known else "a key"
            raise ConfigurationError(
                f"{name}, line {line}: {shown} stands here again (first on line {first[text]}); keep one."
            )
        first[text] = line
        yield from _places(value, (*path, text), name, known)
        yield (*path, text), line
