"""A contract: the document that a vendor publishes, with an overlay that adds what the vendor's prose says."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import yaml

from . import overlay as overlays
from .errors import ContractError
from .findings import Finding, findings_in
from .operation import Operation, filled, named_operations, parameter_of
from .places import below

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from .own_contract import OpenApiDocument
    from .rules import Rule

    Document = dict[str, Any]

#: The member at the root of the overlaid document with the path template for reading one record.
READ: Final = "x-conformance-read"


@dataclass(frozen=True, eq=False)
class Contract:
    """The contract of one API, read from `openapi.yaml` and `overlay.yaml` in `folder` when it is first needed.

    `rules` maps the id of a finding to the rule that finds this defect in the published document. Every property
    raises `ContractError` for a file that is not a YAML mapping, an overlay that does not fit, or a result that is
    not valid OpenAPI or lacks what the suite needs.
    """

    folder: Traversable
    rules: Mapping[str, Rule]

    @property
    def published(self) -> Document:
        """The OpenAPI document as its vendor publishes it, including its defects; a copy that the caller owns.

        The structure is the vendor's; the descriptions are reworded.
        """
        return copy.deepcopy(self._published)

    @cached_property
    def published_text(self) -> str:
        """The text of the document as its vendor publishes it."""
        return self.folder.joinpath("openapi.yaml").read_text(encoding="utf-8")

    @property
    def document(self) -> Document:
        """The published document with the overlay applied, valid OpenAPI; a copy that the caller owns."""
        return copy.deepcopy(self._overlaid)

    @property
    def own_document(self) -> OpenApiDocument | None:
        """The document that takes the place of the published one; None for the built-in contract."""
        return None

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the document, in hexadecimal digits."""
        return hashlib.sha256(self.published_text.encode()).hexdigest()

    @cached_property
    def overlay(self) -> Document:
        """The overlay that is applied to the document."""
        text = self.folder.joinpath("overlay.yaml").read_text(encoding="utf-8")
        return _mapping(text, f"{self.folder.name}/overlay.yaml")

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The judged operations by name, in the order of the document. Raises `ContractError` if two share a name."""
        return operations_by_name(self._overlaid, self.folder.name)

    @cached_property
    def read_path(self) -> str:
        """The path template for reading one record, below the base URL; its only parameter is the id."""
        path = self._overlaid.get(READ)
        if not isinstance(path, str):
            raise ContractError(f"the contract of {self.folder.name} needs `{READ}`, the path of the read of a record")
        parameter_of(path)
        return path

    def read_path_of(self, segment: str) -> str:
        """Return the path for reading one record, with `segment` unchanged in the place of the id."""
        return filled(self.read_path, segment)

    def findings(self) -> tuple[Finding, ...]:
        """Return the defects of the document that the vendor publishes, sorted by id, then place."""
        return self.examine(self._published)

    def examine(self, document: Mapping[str, Any]) -> tuple[Finding, ...]:
        """Return the defects of `document`, a version of the document that the vendor publishes."""
        return findings_in(document, self.rules)

    @cached_property
    def _published(self) -> Document:
        return _mapping(self.published_text, f"{self.folder.name}/openapi.yaml")

    @cached_property
    def _overlaid(self) -> Document:
        document = overlays.apply(self._published, self.overlay)
        return checked_openapi(document, f"the contract of {self.folder.name}")


def operations_by_name(document: Mapping[str, Any], name: str) -> Mapping[str, Operation]:
    """Return the judged operations of an overlaid document by their names, in the order of the document.

    Raises `ContractError`, which calls the document `name`, if two share a name.
    """
    named: dict[str, Operation] = {}
    for operation in named_operations(document):
        if operation.name in named:
            raise ContractError(f"two operations of {name} are named {operation.name}")
        named[operation.name] = operation
    return MappingProxyType(named)


def checked_openapi(document: Document, name: str) -> Document:
    """Return a document that is valid OpenAPI. Raises `ContractError`, which calls the document `name`, for another."""
    # Imported here because it is slow, and reading a targets file does not need it.
    from openapi_spec_validator import validate  # noqa: PLC0415
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError  # noqa: PLC0415

    try:
        validate(document)
    except OpenAPIValidationError as error:
        place, sentence = below("", *map(str, error.absolute_path)), error.message.partition("\n")[0]
        where = f"{name}, {place}" if place else name
        raise ContractError(f"{where} is not valid OpenAPI: {sentence}") from error
    return document


def _mapping(text: str, name: str) -> Document:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"{name} is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise ContractError(f"{name} is not a YAML mapping")
    return document
