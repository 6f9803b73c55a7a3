"""A judged operation, as the contract describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .errors import ContractError
from .places import METHODS, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Operation"]

#: The member of an operation with its name in the suite.
NAME: Final = "x-conformance-operation"
#: The member that says whether one success uses up a fixture.
CONSUMES: Final = "x-conformance-consumes"
_PARAMETER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One judged operation; its path has one parameter, the id of the record that it acts on."""

    #: Its name in the suite, in requirements and in reports.
    name: str
    #: The method in capital letters.
    method: str
    #: The path template below the base URL.
    path: str
    #: The name of the parameter in `path`.
    parameter: str
    #: Whether one success uses up a fixture, so that no other request can succeed on it.
    consumes: bool
    #: The statuses that the contract describes.
    statuses: frozenset[int]
    #: The statuses for which the contract describes JSON content.
    json_statuses: frozenset[int]

    def path_of(self, segment: str) -> str:
        """Return the path below the base URL, with `segment` unchanged in the place of the id."""
        return filled(self.path, segment)


def named_operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of a document that have a name in the suite, in the order written.

    Raises `ContractError` if one does not say whether it consumes a fixture, or does not have exactly one parameter.
    """
    for path, item in document["paths"].items():
        for method, node in item.items():
            if method in METHODS and NAME in node:
                yield _operation(method, path, node, document)


def parameter_of(path: str) -> str:
    """Return the name of the only parameter of a path template. Raises `ContractError` if there is not exactly one."""
    names = _PARAMETER.findall(path)
    if len(names) != 1:
        raise ContractError(f"the path {path} needs exactly one parameter, the id of a record; it has {len(names)}")
    return str(names[0])


def filled(path: str, segment: str) -> str:
    """Return a path template with `segment` in the place of its parameter."""
    before, _, after = _PARAMETER.split(path, maxsplit=1)
    return f"{before}{segment}{after}"


def _operation(method: str, path: str, node: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    consumes = node.get(CONSUMES)
    if not isinstance(consumes, bool):
        raise ContractError(f"the operation {node[NAME]} needs `{CONSUMES}`, true or false")
    responses = {int(status): response for status, response in node.get("responses", {}).items() if status.isdecimal()}
    return Operation(
        name=node[NAME],
        method=method.upper(),
        path=path,
        parameter=parameter_of(path),
        consumes=consumes,
        statuses=frozenset(responses),
        json_statuses=frozenset(status for status, response in responses.items() if _has_json(response, document)),
    )


def _has_json(response: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Return whether a response, or the shared response that it refers to, has JSON content."""
    return "application/json" in resolved(document, response).get("content", {})
