"""The reference API of one API as a value: what it serves, its faults and variants, and how to start a server."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from appointment_conformance.reference.mutation import Fault, Mutation, Variant, composed
from appointment_conformance.reference.routing import application
from appointment_conformance.reference.server import served

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from appointment_conformance.reference.rules import Rules
    from appointment_conformance.reference.state import State

__all__ = ["MakeOperation", "Reference", "ReferenceApi", "UnknownFault"]


class UnknownFault(ValueError):  # noqa: N818 - the name is part of the public interface
    """Raised for the name of a fault or variant that does not exist; `known` has the existing names."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Store that no `kind` is called `name`, and the `known` names."""
        super().__init__(f"there is no {kind} `{name}`")
        self.kind, self.name, self.known = kind, name, tuple(known)


class MakeOperation(Protocol):
    """Creates an operation for the table of a server, with its state and the faults and variants switched on."""

    def __call__(self, operation: type[Rules], *settings: object) -> Rules:
        """Return an instance of the operation with the state and the settings."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A running server: its address, tokens, state, and fixtures with the keys of the targets file."""

    api: str
    base_url: str
    fixtures: Mapping[str, Any]
    state: State = field(repr=False)

    @property
    def token(self) -> str:
        """The token with all rights."""
        return self.state.full_token

    @property
    def forbidden_token(self) -> str:
        """The token that may read but not change anything."""
        return self.state.forbidden_token

    @property
    def expired_token(self) -> str:
        """The token that has expired."""
        return self.state.expired_token

    @property
    def second_token(self) -> str:
        """A second token, which has exactly the permissions that the operations need."""
        return self.state.second_token

    @property
    def appointments(self) -> tuple[str, ...]:
        """The fixtures that may be changed; empty if the API calls them by another name."""
        return tuple(self.fixtures.get("appointments", ()))

    @property
    def absent_appointment(self) -> str:
        """An id that no appointment has, or an empty text."""
        return str(self.fixtures.get("absent_appointment", ""))

    @property
    def foreign_appointments(self) -> tuple[str, ...]:
        """Appointments of another account, made for tests."""
        return tuple(self.fixtures.get("foreign_appointments", ()))

    def foreign_touched(self) -> tuple[str, ...]:
        """Return the ids in the paths of all writes so far to an appointment of somebody else that is not a fixture."""
        return tuple(self.state.touched)


@dataclass(frozen=True)
class ReferenceApi:
    """How one API is served, and which faults and variants can be switched on.

    `start` returns the state of a new server. `table` returns the operation of each method, by path; a path names the
    id of its record `{appointment}`, whatever the name in the contract is. `base_path` is put before the paths of the
    contract. `fixtures` has the keys of the targets file. `describe` is `Reference` or a subclass of it.
    """

    api: str
    base_path: str
    start: Callable[[], State]
    table: Callable[[MakeOperation], Mapping[str, Mapping[str, Rules]]]
    fixtures: Mapping[str, Any]
    mutations: tuple[Mutation, ...] = ()
    describe: Callable[[str, str, Mapping[str, Any], Any], Reference] = Reference

    @cached_property
    def faults(self) -> Mapping[str, Fault]:
        """The faults by name, in the order of definition."""
        declared = (each.of for each in self.mutations)
        named = {each.name: replace(each, api=self.api) for each in declared if isinstance(each, Fault)}
        return MappingProxyType(named)

    @cached_property
    def variants(self) -> Mapping[str, Variant]:
        """The variants by name, in the order of definition."""
        declared = (each.of for each in self.mutations)
        named = {each.name: replace(each, api=self.api) for each in declared if isinstance(each, Variant)}
        return MappingProxyType(named)

    @contextmanager
    def serve(
        self, *, faults: Collection[str] = (), variants: Collection[str] = (), port: int = 0
    ) -> Iterator[Reference]:
        """Serve the API, with these faults and variants, until the context ends.

        Raises `UnknownFault` for a name that does not exist, and `OSError` if the port is in use.
        """
        chosen = (*self._chosen("fault", faults, self.faults), *self._chosen("variant", variants, self.variants))
        state = self.start()

        def make(operation: type[Rules], *settings: object) -> Rules:
            return composed(operation, chosen)(state, *settings)

        with served(application(self.table(make)), port) as number:
            base_url = f"http://127.0.0.1:{number}{self.base_path}"
            yield self.describe(self.api, base_url, copy.deepcopy(dict(self.fixtures)), state)

    def _chosen(self, kind: str, names: Collection[str], known: Collection[str]) -> Iterator[Mutation]:
        by_name = {each.of.name: each for each in self.mutations}
        for name in dict.fromkeys(names):
            if name not in known:
                raise UnknownFault(kind, name, known)
            yield by_name[name]
