"""The contracts: what each vendor publishes, and what its prose adds to that."""

from __future__ import annotations

import copy
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from . import overlay
from .errors import ContractError

if TYPE_CHECKING:
    Document = dict[str, Any]

#: The member of an operation that holds its name in this suite.
OPERATION = "x-conformance-operation"
#: The apis that have a contract, each with the name that its vendor gives it.
APIS = {"omneo": "Omneo", "mijnklantportaal": "MijnKlantportaal"}


def published(api: str) -> Document:
    """Return the OpenAPI document of `api` as its vendor publishes it, quirks included.

    The structure is the vendor's, the descriptions are worded anew. The caller owns the copy.
    Raises `ContractError` for an unknown api or a file that is not a YAML mapping.
    """
    return copy.deepcopy(_read(_known(api), "openapi.yaml"))


def contract(api: str) -> Document:
    """Return the contract of `api`: the published document with the overlay applied.

    The outcome is a valid OpenAPI 3.1 document; the caller owns the copy.
    Raises `ContractError` for an unknown api, an overlay that does not fit, or an invalid outcome.
    """
    return copy.deepcopy(_overlaid(_known(api)))


def described_statuses(api: str) -> dict[str, frozenset[int]]:
    """Return the statuses that the contract of `api` describes for each operation, by the operation's name."""
    methods = (method for path in _overlaid(_known(api))["paths"].values() for method in path.values())
    return {
        method[OPERATION]: frozenset(int(status) for status in method["responses"] if status.isdecimal())
        for method in methods
        if isinstance(method, dict) and OPERATION in method
    }


def _known(api: str) -> str:
    if api not in APIS:
        raise ContractError(f"unknown api {api!r}: choose one of {', '.join(APIS)}")
    return api


@cache
def _overlaid(api: str) -> Document:
    # Slow to import, and needed by nobody who only reads a targets file.
    from openapi_spec_validator import validate  # noqa: PLC0415
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError  # noqa: PLC0415

    document = overlay.apply(_read(api, "openapi.yaml"), _read(api, "overlay.yaml"))
    try:
        validate(document)
    except OpenAPIValidationError as error:
        raise ContractError(f"the contract of {api} is not valid OpenAPI: {error.message}") from error
    return document


@cache
def _read(api: str, name: str) -> Document:
    text = resources.files(__package__).joinpath(api, name).read_text(encoding="utf-8")
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"{api}/{name} is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise ContractError(f"{api}/{name} is not a YAML mapping")
    return document
