"""The reference API of every installed API; none is imported before it is asked for, since that takes a web server."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from appointment_conformance.api import load_apis
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.complaint import suggestion

if TYPE_CHECKING:
    from appointment_conformance.reference import Fault, Reference, ReferenceApi, UnknownFault

__all__ = ["all_faults", "faults_by_api", "reference_apis", "serve", "without_such"]


@cache
def reference_apis() -> Mapping[str, ReferenceApi]:
    """Return the reference API of each API that has one, by the name of the API."""
    return MappingProxyType({name: api.reference() for name, api in load_apis().items() if api.reference})


def serve(
    api: str, *, faults: Collection[str] = (), variants: Collection[str] = (), port: int = 0
) -> AbstractContextManager[Reference]:
    """Serve the reference API of `api`, with these faults and variants, until the context ends.

    Raises ConfigurationError for an API without one; what it yields raises `UnknownFault` for a name that this API does
    not have.
    """
    if api not in reference_apis():
        raise ConfigurationError(f"there is no reference API of `{api}`{suggestion(api, reference_apis())}")
    return reference_apis()[api].serve(faults=faults, variants=variants, port=port)


def all_faults() -> tuple[Fault, ...]:
    """Return every fault of every reference API, in their stable order."""
    return tuple(fault for reference in reference_apis().values() for fault in reference.faults.values())


def faults_by_api(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, by api, which of the named faults it has. Raises ConfigurationError for one that no API has."""
    asked = tuple(names)
    known = {api: reference.faults for api, reference in reference_apis().items()}
    every = tuple(dict.fromkeys(name for faults in known.values() for name in faults))
    for name in asked:
        if name not in every:
            raise ConfigurationError(f"there is no fault `{name}`{suggestion(name, every)}")
    return {api: tuple(name for name in asked if name in faults) for api, faults in known.items()}


def without_such(error: UnknownFault) -> ConfigurationError:
    """Return the sentence for a fault or variant that does not exist, with the one that may be meant."""
    return ConfigurationError(f"{error}{suggestion(error.name, error.known)}")
