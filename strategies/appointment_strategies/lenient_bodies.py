"""What a lenient server may find in the bytes of a body: every reference to a record, as a type and an id."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qsl

from appointment_strategies.values import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: A type, or the name of the member that holds the id, and the id; `ABSENT` stands for a type that is missing.
Reference = tuple[object, object]

#: What JSON in a JSON string begins with.
_OPENINGS: Final = ("{", "[", '"')
#: How deep JSON within JSON strings is read.
_DEPTH: Final = 3
#: The name of a member in a text that is no JSON, quoted or not, and the brackets before its value.
_NAME: Final = re.compile(r"""["']?(?<![\w.$-])([A-Za-z_$][\w.$-]*)["']?\s*(?:=>|[:=])[\s\[{(]*""")
#: A value: up to its closing quote, or to the next separator.
_VALUE: Final = re.compile(r""""((?:[^"\\]|\\.)*)|'((?:[^'\\]|\\.)*)|([^,;&})\]\n]*)""", re.DOTALL)
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@dataclass(frozen=True, slots=True)
class _Members:
    """The members of an object in their order, those with the same name included."""

    pairs: tuple[tuple[str, object], ...]


def references_in(body: bytes) -> list[Reference]:
    """Return every reference that a server may read from a body, the ids as JSON values.

    Read are JSON in any encoding, with all members of one name, JSON within JSON strings, forms, and what a tolerant
    parser makes of text that is no JSON. A member of any other name than those of a type or an id counts as a reference
    of the type that its name says: servers take such members for parameters. Raises RecursionError for too deep ones.
    """
    found: dict[str, Reference] = {}
    for text in _texts(body):
        for reference in _in_text(text, _DEPTH):
            found.setdefault(repr(reference), reference)
    return list(found.values())


def _texts(body: bytes) -> set[str]:
    """Return a body in every encoding that it may be read in: without what cannot be read, and cut before that."""
    encodings = {json.detect_encoding(body), "utf-8-sig"}
    texts = {body.decode(encoding, errors) for encoding in encodings for errors in ("ignore", "replace")}
    whole = texts | {_cut(body, encoding) for encoding in encodings} | {body.decode("latin-1")}
    return {one for text in whole for one in (text, text.split("\0")[0], text.replace("\0", ""))}


def _cut(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        return body[: error.start].decode(encoding, "ignore")


def _in_text(text: str, depth: int) -> Iterator[Reference]:
    """Yield the references in a text: of its JSON value, or else whatever a tolerant parser may find."""
    stripped = text.lstrip("\ufeff \t\r\n")
    try:
        value = json.loads(stripped, object_pairs_hook=_members)
    except ValueError:
        yield from _in_broken_text(stripped, depth)
    else:
        yield from _in_value(value, (), depth)


def _in_broken_text(text: str, depth: int) -> Iterator[Reference]:
    """Yield the references of a JSON value before other text, of a form, and of all that looks like a member."""
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
    """Yield the references of one object: each id under each type of the object, or else of those around it."""
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
    """Yield the members that a tolerant parser may see in a text, as far as their values go."""
    for name in _NAME.finditer(text):
        found = _VALUE.match(text, name.end())
        double, single, bare = found.groups() if found else (None, None, "")
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
    """Return a JSON value with objects as dictionaries, where a name that comes twice has all of its values."""
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if not isinstance(value, _Members):
        return value
    merged: dict[str, list[object]] = {}
    for name, member in value.pairs:
        merged.setdefault(name, []).append(_plain(member))
    return {name: values[0] if len(values) == 1 else cast("object", values) for name, values in merged.items()}
