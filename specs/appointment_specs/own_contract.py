"""A contract with a team's own copy of the vendor's document, under the overlay of the built-in contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator, SchemaError

from . import overlay as overlays
from .contract import READ, Contract, checked_openapi, operations_by_name
from .errors import ContractError
from .judged_part import judged_part
from .places import below
from .structure import schemas_in
from .version_3_1 import as_3_1, without_ignored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .operation import Operation

    Document = dict[str, Any]

#: The versions of OpenAPI that a document may have.
VERSIONS: Final = ("3.0", "3.1")


@dataclass(frozen=True, slots=True)
class OpenApiDocument:
    """A document of one or more files, as one: `name` is its path as it was given, and what messages call it."""

    name: str
    #: The SHA-256 of its file in hexadecimal digits; of several files that of the lines which `sha256sum` writes about
    #: them, sorted by the paths of the files relative to the folder of the document.
    digest: str
    content: Mapping[str, Any] = field(repr=False, compare=False)

    def require_openapi(self) -> None:
        """Raise `ContractError` if it is no document of OpenAPI 3.0 or 3.1, or describes no operation."""
        version = self.content.get("openapi")
        if "swagger" in self.content:
            raise ContractError(f"{self.name} is a document of Swagger, not of OpenAPI 3.0 or 3.1")
        if not str(version).startswith(VERSIONS):
            told = f"is of OpenAPI {version}" if version else "is not an OpenAPI document: it has no member `openapi`"
            raise ContractError(f"{self.name} {told}; give one of OpenAPI 3.0 or 3.1")
        if not isinstance(self.content.get("paths"), dict):
            raise ContractError(f"{self.name} has no `paths`, so it describes no operation")


@dataclass(frozen=True, eq=False)
class OwnContract(Contract):
    """The contract of a target whose targets file names a document: that document, with the overlay of `built_in`.

    Every property raises `ContractError`, with a line for each flaw, for a document to which the overlay does not
    apply, which lacks an operation under judgement, or which is not OpenAPI 3.0 or 3.1 with the overlay applied. What
    the guard goes by is that of `built_in`: the operations have the same names, methods, paths and parameters.
    """

    built_in: Contract
    source: OpenApiDocument

    @cached_property
    def published_text(self) -> str:
        """The text of the document that the vendor publishes, which is public; the team's own may not be."""
        return self.built_in.published_text

    @property
    def own_document(self) -> OpenApiDocument:
        """The document that the team has named."""
        return self.source

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the document, in hexadecimal digits."""
        return self.source.digest

    @cached_property
    def _published(self) -> Document:
        self.source.require_openapi()
        return self._judged(self.source.content)

    @cached_property
    def _overlaid(self) -> Document:
        document = as_3_1(self._judged(self._with_overlay()))
        name = f"{self.source.name} with the overlay of {self.folder.name}"
        _require_schemas(document, name)
        checked_openapi(document, name)
        self._require_same(document)
        return document

    def _with_overlay(self) -> Document:
        # Where an operation is missing, so is most of what the overlay adds to.
        if missing := list(self._missing()):
            raise ContractError("\n".join(missing))
        try:
            return overlays.apply(without_ignored(self.source.content), self.built_in.overlay)
        except overlays.Unmatched as error:
            told = f"the overlay of {self.folder.name} does not fit {self.source.name}"
            raise ContractError("\n".join(f"{told}: {flaw}" for flaw in error.flaws)) from error

    def _judged(self, document: Mapping[str, Any]) -> Document:
        try:
            return judged_part(document, self.built_in.operations.values())
        except ContractError as error:
            raise ContractError(f"{self.source.name} cannot be used: {error}") from error

    def _missing(self) -> Iterator[str]:
        for operation in self.built_in.operations.values():
            if operation.method.lower() not in self._published["paths"].get(operation.path, {}):
                told = f"{operation.name} ({operation.method} {operation.path})"
                yield f"the operation {told} of {self.folder.name} is not in {self.source.name}"

    def _require_same(self, document: Document) -> None:
        """Refuse a document that would change which requests the guard lets out."""
        own = operations_by_name(document, self.source.name)
        if {name: _sent(each) for name, each in own.items()} != {
            name: _sent(each) for name, each in self.built_in.operations.items()
        } or document.get(READ) != self.built_in.read_path:
            raise ContractError(
                f"{self.source.name} has `x-conformance-` members, which change what may be sent; remove them"
            )


def _sent(operation: Operation) -> tuple[object, ...]:
    """Return what decides which requests of an operation may be sent."""
    return operation.method, operation.path, operation.parameter, operation.consumes


def _require_schemas(document: Document, name: str) -> None:
    for place, schema in schemas_in(document):
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            where = below(place, *map(str, error.absolute_path))
            raise ContractError(f"{name}, {where} is not a JSON Schema: {error.message}") from error
