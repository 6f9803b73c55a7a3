"""The operations under judgement as the contract declares them: where each stands, and with which method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

#: The member of an operation in the contract that holds its name in this suite.
_NAME = "x-conformance-operation"


class Operation(Protocol):
    """What a policy has to know of one operation."""

    @property
    def method(self) -> str:
        """The method, in upper case."""

    @property
    def path(self) -> str:
        """The template of the path below the base URL, with the id as its one parameter."""


@dataclass(frozen=True, slots=True)
class DeclaredOperation:
    """One operation of a contract."""

    name: str
    method: str
    path: str


def operations_of(contract: Mapping[str, Any]) -> tuple[DeclaredOperation, ...]:
    """Return the operations of a contract that have a name in this suite, in the order of the document."""
    return tuple(
        DeclaredOperation(found[_NAME], method.upper(), path)
        for path, item in contract["paths"].items()
        for method, found in item.items()
        if isinstance(found, dict) and _NAME in found
    )


def read_path_of(operation: Operation) -> str:
    """Return the path of the record that an operation acts on: the template up to the end of its parameter."""
    head, brace, _ = operation.path.partition("}")
    return f"{head}{brace}"
