"""Bundle an OpenAPI document that is split over files: one document, whose references all lead into itself."""

from __future__ import annotations

import posixpath
import re
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from .errors import ContractError
from .places import at, below
from .structure import DATA, DOCUMENT, SECTIONS, kind_of, reference_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Document = dict[str, Any]

#: What the name of a component may not have.
_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9._-]+")


class _Location(NamedTuple):
    """A place in one of the files: the file's path relative to the folder of the document, and a JSON Pointer."""

    file: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}" if self.pointer else self.file

    def __truediv__(self, member: str) -> _Location:
        return _Location(self.file, below(self.pointer, member))


def bundled(root: str, read: Callable[[str], Any]) -> Document:
    """Return the document in the file `root` as one document without references to other files.

    `read` returns the content of a file of the same folder, or below it, by its path relative to that folder. What
    another file holds becomes a component, under the name of its entry in `components` if that entry is a reference to
    it, else under its own name in that file, or that of the file; a number keeps two of one name apart. What cannot be
    a component, such as a path item, is written in the place of its reference. References within the document, and
    so recursion, stay as they are.

    Raises `ContractError` for a reference that leads out of the folder or nowhere, and for one that leads to itself.
    """
    return _Bundle(root, read).document()


class _Bundle:
    def __init__(self, root: str, read: Callable[[str], Any]) -> None:
        self._root, self._read = root, read
        #: Where the content of each place of another file is in the bundled document.
        self._homes: dict[_Location, str] = {}
        #: What each component holds, by section and name: its kind, and where its content is.
        self._components: dict[tuple[str, str], tuple[str, _Location]] = {}
        #: The places that are being written in the place of their references.
        self._open: list[_Location] = []

    def document(self) -> Document:
        root = self._read(self._root)
        for section, name, location in self._entries():
            self._claim(section, name, location)
        parts = {key: value for key, value in root.items() if key != "components"}
        document: Document = self._copy(parts, DOCUMENT, self._root)
        components: dict[str, Document] = {}
        while missing := [entry for entry in self._components if entry[1] not in components.get(entry[0], {})]:
            for section, name in missing:
                kind, location = self._components[section, name]
                content = self._copy(self._at(location), kind, location.file)
                components.setdefault(section, {})[name] = content
        return {**document, "components": components} if components else document

    def _entries(self) -> Iterator[tuple[str, str, _Location]]:
        """Yield the components that the document itself has; `components`, or a section of it, may be a reference."""
        root = _Location(self._root, "")
        components, location = self._followed(
            self._read(self._root).get("components"), "components", root / "components"
        )
        for section, held in components.items() if isinstance(components, dict) else ():
            found, place = self._followed(held, kind_of(section, "components"), location / section)
            for name in found if isinstance(found, dict) else ():
                yield section, name, place / name

    def _followed(self, node: Any, kind: str, location: _Location) -> tuple[Any, _Location]:
        reference = reference_in(node, kind)
        if reference is None:
            return node, location
        location = self._location(reference, kind, location.file)
        return self._at(location), location

    def _claim(self, section: str, name: str, location: _Location) -> None:
        """Let an entry of the components be the home of its content, also where it only refers to another file."""
        kind, node = kind_of(section, "components")[1:-1], self._at(location)
        reference = reference_in(node, kind)
        if reference is not None and len(node) == 1:
            referred = self._location(reference, kind, location.file)
            location = referred if referred.file != self._root and referred not in self._homes else location
        self._homes.setdefault(location, below("/components", section, name))
        self._components[section, name] = kind, location

    def _copy(self, node: Any, kind: str, file: str) -> Any:
        reference = reference_in(node, kind)
        if reference is not None:
            return self._rewritten(node, reference, kind, file)
        if isinstance(node, dict):
            copied = {key: self._copy(value, kind_of(key, kind), file) for key, value in node.items()}
            return self._with_mapping(copied, kind, file)
        if isinstance(node, list):
            return [self._copy(value, kind_of("", kind) if kind[:1] == "[" else DATA, file) for value in node]
        return node

    def _rewritten(self, node: Document, reference: str, kind: str, file: str) -> Document:
        """Return an object with a reference: one into the bundled document, or with what it refers to in its place."""
        beside = {key: self._copy(value, kind_of(key, kind), file) for key, value in node.items() if key != "$ref"}
        location = self._location(reference, kind, file)
        if kind in SECTIONS:
            place = location.pointer if location.file == self._root else self._home(location, kind)
            return {"$ref": f"#{place}", **beside}
        if location in self._open:
            raise ContractError(f"the `$ref` {reference} in {file} leads to itself")
        self._open.append(location)
        content = self._copy(self._at(location), kind, location.file)
        self._open.pop()
        return {**content, **beside} if isinstance(content, dict) else content

    def _with_mapping(self, schema: Document, kind: str, file: str) -> Document:
        """Return a schema whose `discriminator` names its schemas by references into the bundled document."""
        discriminator = schema.get("discriminator")
        mapping = discriminator.get("mapping") if kind == "schema" and isinstance(discriminator, dict) else None
        if not isinstance(discriminator, dict) or not isinstance(mapping, dict):
            return schema
        found = {
            value: self._rewritten({}, text, kind, file)["$ref"] if _is_reference(text) else text
            for value, text in mapping.items()
        }
        return {**schema, "discriminator": {**discriminator, "mapping": found}}

    def _home(self, location: _Location, kind: str) -> str:
        if location not in self._homes:
            section = SECTIONS[kind]
            name = self._free_name(section, location)
            self._homes[location] = below("/components", section, name)
            self._components[section, name] = kind, location
        return self._homes[location]

    def _free_name(self, section: str, location: _Location) -> str:
        stem = posixpath.splitext(posixpath.basename(location.file))[0]
        last = location.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~") or stem
        plain, longer = (_UNUSUAL.sub("_", name).strip("_") or "part" for name in (last, f"{stem}.{last}"))
        names = chain([plain, longer], (f"{longer}.{number}" for number in count(2)))
        return next(name for name in names if (section, name) not in self._components)

    def _location(self, reference: str, kind: str, file: str) -> _Location:
        """Return where a reference leads, through those that consist of a reference to another file and no more."""
        seen = [_Location(file, "")]
        location = self._pointed(reference, file)
        while location.file != self._root:
            if location in seen[1:]:
                raise ContractError(f"the `$ref` {reference} in {file} leads to itself")
            seen.append(location)
            node = self._at(location, reference, file)
            further = reference_in(node, kind)
            if further is None or len(node) > 1:
                break
            location = self._pointed(further, location.file)
        return location

    def _pointed(self, reference: str, file: str) -> _Location:
        try:
            address = urlsplit(reference)
        except ValueError as error:
            raise ContractError(f"the `$ref` {reference} in {file} is not a reference") from error
        if address.scheme or address.netloc:
            raise ContractError(
                f"the `$ref` {reference} in {file} leads to another address, from which nothing is fetched;"
                " save that file in the folder of the document"
            )
        pointer = unquote(address.fragment)
        if pointer and not pointer.startswith("/"):
            raise ContractError(f"the `$ref` {reference} in {file} is not a JSON Pointer, which begins with `#/`")
        path = unquote(address.path)
        named = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        if posixpath.isabs(named) or named.split("/")[0] == ".." or "\\" in path:
            raise ContractError(f"the `$ref` {reference} in {file} leads out of the folder of the document")
        return _Location(named, pointer)

    def _at(self, location: _Location, reference: str = "", file: str = "") -> Any:
        try:
            return at(self._read(location.file), location.pointer)
        except (LookupError, TypeError, ValueError) as error:
            if isinstance(error, ContractError):
                raise
            asked = f"the `$ref` {reference} in {file}" if reference else f"a `$ref` to {location}"
            raise ContractError(f"{asked} leads nowhere: {location.file} has no such part") from error


def _is_reference(text: object) -> bool:
    """Whether a text in the mapping of a discriminator is a reference; it may be the name of a component."""
    return isinstance(text, str) and ("/" in text or text.endswith((".yaml", ".yml", ".json")))
