"""One vendor's reference API as a value: what it serves, the faults and variants it has, and a server of it."""

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
    """A fault or a variant that does not exist, with those that do."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """Say that no `kind` is called `name`; `known` are the names that are there."""
        super().__init__(f"there is no {kind} `{name}`")
        self.kind, self.name, self.known = kind, name, tuple(known)


class MakeOperation(Protocol):
    """What makes an operation for the table of a server: with its state, and the faults and variants switched on."""

    def __call__(self, operation: type[Rules], *settings: object) -> Rules:
        """Return the operation, made with the state and the settings."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A running server: its address, its tokens, its state, and its fixtures in the words of the targets file."""

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
        """The token that may read and change nothing."""
        return self.state.forbidden_token

    @property
    def expired_token(self) -> str:
        """The token that is past its end."""
        return self.state.expired_token

    @property
    def second_token(self) -> str:
        """The token with the rights that are judged, by name."""
        return self.state.second_token

    def foreign_touched(self) -> tuple[str, ...]:
        """Return the path ids of all writes so far that led to somebody else's appointment that is no fixture."""
        return tuple(self.state.touched)


@dataclass(frozen=True)
class ReferenceApi:
    """How one API is served, and what can be switched on.

    `start` gives the state of a server that has just started; `table` the paths, each with its methods; `base_path`
    what stands before the paths of the contract. A path calls the id of the record it acts on `{appointment}`, whatever
    the API calls it. `fixtures` are in the words of the targets file. `describe` is `Reference`, or a subclass of it.
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
        """The faults by name, in their stable order."""
        declared = (each.of for each in self.mutations)
        named = {each.name: replace(each, api=self.api) for each in declared if isinstance(each, Fault)}
        return MappingProxyType(named)

    @cached_property
    def variants(self) -> Mapping[str, Variant]:
        """The variants by name, in their stable order, the shared ones among them."""
        declared = (each.of for each in self.mutations)
        named = {each.name: replace(each, api=self.api) for each in declared if isinstance(each, Variant)}
        return MappingProxyType(named)

    @contextmanager
    def serve(
        self, *, faults: Collection[str] = (), variants: Collection[str] = (), port: int = 0
    ) -> Iterator[Reference]:
        """Serve the API, with these faults and variants, until the context ends.

        Raises `UnknownFault` for a name that does not exist, and `OSError` when the port is taken.
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
        for name in names:
            if name not in known:
                raise UnknownFault(kind, name, known)
            yield by_name[name]
