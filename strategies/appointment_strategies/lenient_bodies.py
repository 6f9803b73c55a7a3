"""The references to records that a lenient server may find in the bytes of a body, each as a type and an id."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qsl

from appointment_strategies.values import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: A type, or the name of the member with the id, and the id; `ABSENT` stands for a missing type.
Reference = tuple[object, object]

#: The characters that JSON in a JSON string begins with.
_OPENINGS: Final = ("{", "[", '"')
#: How many levels of JSON within JSON strings are read.
_MAX_DEPTH: Final = 3
#: The name of a member in a text that is not JSON, quoted or not, and the brackets before its value.
_NAME: Final = re.compile(r"""["']?(?<![\w.$-])([A-Za-z_$][\w.$-]*)["']?\s*(?:=>|[:=])[\s\[{(]*""")
#: A value: up to its closing quote, or to the next separator.
_VALUE: Final = re.compile(r""""((?:[^"\\]|\\.)*)|'((?:[^'\\]|\\.)*)|([^,;&})\]\n]*)""", re.DOTALL)
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@dataclass(frozen=True, slots=True)
class _Members:
    """The members of an object in their order, including those with the same name."""

    pairs: tuple[tuple[str, object], ...]


def references_in(body: bytes) -> list[Reference]:
    """Return every reference that a server may read from a body, the ids as JSON values.

    These forms are read: JSON in any encoding, with all members of the same name; JSON within JSON strings; forms; and
    the members that a tolerant parser finds in text that is not JSON. A member whose name is neither that of a type nor
    of an id counts as a reference of the type that its name says, because servers read such members as parameters.
    Raises RecursionError for a body that is nested too deep.
    """
    references: dict[str, Reference] = {}
    for text in _texts(body):
        for reference in _in_text(text, _MAX_DEPTH):
            references.setdefault(repr(reference), reference)
    return list(references.values())


def _texts(body: bytes) -> set[str]:
    """Return a body decoded in every likely encoding: without the undecodable bytes, and cut before the first one."""
    encodings = {json.detect_encoding(body), "utf-8-sig"}
    texts = {body.decode(encoding, errors) for encoding in encodings for errors in ("ignore", "replace")}
    whole = texts | {_cut(body, encoding) for encoding in encodings} | {body.decode("latin-1")}
    return {part for text in whole for part in (text, text.split("\0")[0], text.replace("\0", ""))}


def _cut(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        return body[: error.start].decode(encoding, "ignore")


def _in_text(text: str, depth: int) -> Iterator[Reference]:
    """Yield the references in a text: those of its JSON value, otherwise those that a tolerant parser may find."""
    stripped = text.lstrip("\ufeff \t\r\n")
    try:
        value = json.loads(stripped, object_pairs_hook=_members)
    except ValueError:
        yield from _in_broken_text(stripped, depth)
    else:
        yield from _in_value(value, (), depth)


def _in_broken_text(text: str, depth: int) -> Iterator[Reference]:
    """Yield the references of a JSON value before other text, of a form, and of everything that looks like a member."""
    try:
        value, _ = json.JSONDecoder(object_pairs_hook=_members).raw_decode(text)
    except ValueError:
        pass
    else:
        yield from _in_value(value, (), depth)
    if "=" in text:
        yield from _in_members(parse_qsl(text, keep_blank_values=True), (), 0)
    yield from _in_members(list(_scanned(text)), (), 0)


def _in_value(value: object, types: Sequence[object], depth: int) -> Iterator[Reference]:
    if isinstance(value, _Members):
        yield from _in_members(value.pairs, types, depth)
    elif isinstance(value, list):
        for element in value:
            yield from _in_value(element, types, depth)
    elif isinstance(value, str) and depth and value.lstrip().startswith(_OPENINGS):
        yield from _in_text(value, depth - 1)


def _in_members(pairs: Iterable[tuple[str, object]], inherited: Sequence[object], depth: int) -> Iterator[Reference]:
    """Yield the references of one object: each id with each type of the object, or with the types of its parents."""
    members = [(name, [word.lower() for word in _WORD.findall(name)], value) for name, value in pairs]
    types = [_plain(value) for _, words, value in members if words[-1:] == ["type"]] or list(inherited)
    for name, words, value in members:
        if words[-1:] in (["id"], ["ids"]):
            yield from ((alias, _plain(value)) for alias in types or (ABSENT,))
            yield from ((word, _plain(value)) for word in words[:-1])
        elif words[-1:] != ["type"]:
            yield name, _plain(value)
        yield from _in_value(value, types, depth)


def _scanned(text: str) -> Iterator[tuple[str, object]]:
    """Yield the members that a tolerant parser may find in a text, with their values."""
    for name in _NAME.finditer(text):
        value = _VALUE.match(text, name.end())
        double, single, bare = value.groups() if value else (None, None, "")
        if double is not None:
            yield name[1], double
            yield name[1], _loaded(f'"{double}"', double)
        else:
            yield name[1], single if single is not None else _loaded(bare, bare)


def _loaded(text: str, otherwise: str) -> object:
    try:
        return _plain(json.loads(text, object_pairs_hook=_members))
    except ValueError:
        return otherwise


def _members(pairs: list[tuple[str, object]]) -> _Members:
    return _Members(tuple(pairs))


def _plain(value: object) -> object:
    """Return a JSON value with objects as dictionaries; a name that appears twice has a list of all its values."""
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if not isinstance(value, _Members):
        return value
    merged: dict[str, list[object]] = {}
    for name, member in value.pairs:
        merged.setdefault(name, []).append(_plain(member))
    return {name: values[0] if len(values) == 1 else cast("object", values) for name, values in merged.items()}
