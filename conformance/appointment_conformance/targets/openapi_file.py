"""Read an OpenAPI document from a file and the files that it refers to, within the bounds of what can be a document."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from appointment_conformance.errors import ConfigurationError
from appointment_specs import ContractError, OpenApiDocument, bundled

from .source import UnreadableError, regular_text
from .yaml_bounds import Bounds, refuse_excess
from .yaml_text import SAFE_LOADER, PlainLoader

#: Maximum size of all files of a document together, and maximum of its values and nesting levels.
MAX_BYTES: Final = 4 * 1024 * 1024
BOUNDS: Final = Bounds(nodes=400_000, depth=80)
_MERGE: Final = "tag:yaml.org,2002:merge"
_TEXT: Final = "tag:yaml.org,2002:str"


def read_document(path: Path, *, name: str = "") -> OpenApiDocument:
    """Return the OpenAPI document in the file at `path`, JSON or YAML, as one of one file; messages call it `name`.

    A `$ref` may lead to files in the folder of that file and below it; nothing else is read, and nothing is fetched.
    Raises ConfigurationError, with a sentence that names the document and the file, if one of them cannot be read, is
    neither JSON nor YAML, is too large once aliases are replaced by their content, or has a `$ref` that leads nowhere.
    """
    name = name or str(path)
    files = _Files(path)
    try:
        content = bundled(path.name, files.read)
    except ContractError as error:
        raise ConfigurationError(f"the OpenAPI document {name} cannot be used: {error}.") from error
    except RecursionError as error:
        message = f"the OpenAPI document {name} cannot be used: it is nested too deeply."
        raise ConfigurationError(message) from error
    return OpenApiDocument(name, files.digest, content)


class _Files:
    """The files of one document, each read once; paths are relative to the folder of the first."""

    def __init__(self, path: Path) -> None:
        self._first, self._folder = path.name, path.parent
        self._texts: dict[str, str] = {}
        self._contents: dict[str, Any] = {}
        self._left = MAX_BYTES

    def read(self, name: str) -> Any:
        """Return the content of a file. Raises ContractError."""
        if name not in self._contents:
            text = self._texts[name] = self._text(name)
            self._left -= len(text.encode())
            self._contents[name] = content_of(text, name)
            if name == self._first and not isinstance(self._contents[name], dict):
                raise ContractError(f"{name} is not a mapping, as an OpenAPI document is")
        return self._contents[name]

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, or of the lines of `sha256sum` about the files."""
        digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self._texts.items()}
        if len(digests) == 1:
            return digests[self._first]
        lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
        return hashlib.sha256(lines.encode()).hexdigest()

    def _text(self, name: str) -> str:
        try:
            return regular_text(self._inside(name), max_bytes=self._left)
        except UnreadableError as error:
            reason = (
                f"the files of the document have more than {MAX_BYTES // 1024} KiB" if "larger" in str(error) else error
            )
            raise ContractError(f"the file {name} cannot be read: {reason}") from error
        except (OSError, RuntimeError) as error:
            raise ContractError(f"the file {name} cannot be read: {error}") from error

    def _inside(self, name: str) -> Path:
        """Return the path of a file. Raises ContractError if a symbolic link leads out of the folder."""
        path = self._folder / name
        # The document itself may be a link.
        if name != self._first and not path.resolve().is_relative_to(self._folder.resolve()):
            raise ContractError(f"the file {name} is outside the folder of the document")
        return path


@lru_cache(4)
def content_of(text: str, name: str) -> Any:
    """Return the value of a JSON or YAML text, its keys as texts; it must not be changed. Raises ContractError.

    A text that begins with `{` or `[` is read as JSON. In YAML, scalars are those of JSON, and any other is a text.
    """
    text = text.removeprefix("\ufeff")
    return _json(text, name) if text.lstrip()[:1] in {"{", "["} else _yaml(text, name)


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError as error:
        raise ContractError(f"{name} is nested too deeply") from error
    except _RepeatedKeyError as error:
        raise ContractError(f"{name} has the key {error} again; keep one") from error
    except ValueError as error:
        raise ContractError(f"{name} is not JSON: {error}") from error


class _RepeatedKeyError(Exception):
    """A JSON object has a key twice; the message is the key as JSON."""


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object. JSON leaves open which of two members with one key counts (RFC 8259, section 4)."""
    made = dict(members)
    if len(made) < len(members):
        counts = Counter(key for key, _ in members)
        raise _RepeatedKeyError(json.dumps(next(key for key, count in counts.items() if count > 1)))
    return made


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a value of JSON")


def _yaml(text: str, name: str) -> Any:
    try:
        refuse_excess(text, SAFE_LOADER, name=name, bounds=BOUNDS)
        loader = PlainLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise ContractError(f"{name} is empty")
        _make_keys_texts(root, name, set())
        return loader.construct_document(root)
    except ConfigurationError as error:
        raise ContractError(str(error).rstrip(".")) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}," if mark else ""
        raise ContractError(f"{name}{line} is not YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError, LookupError, AttributeError, TypeError) as error:
        raise ContractError(f"{name} is not YAML: {' '.join(str(error).split())}") from error


def _make_keys_texts(node: yaml.Node, name: str, seen: set[int]) -> None:
    """Let keys such as `200` be texts, as in JSON. Raises ContractError for a key that appears twice in a mapping."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _make_keys_texts(item, name, seen)
    elif isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ContractError(f"{name}, line {line}, has a key that is not a text")
            if key.value in keys:
                raise ContractError(f"{name}, line {line}, has the key {key.value} again; keep one")
            keys.add(key.value)
            key.tag = key.tag if key.tag == _MERGE else _TEXT
            _make_keys_texts(value, name, seen)
