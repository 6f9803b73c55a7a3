"""The extension point: every API that is installed, found by an entry point of its package.

A package adds an API by an entry point of the group `appointment_conformance.apis` that leads to an `Api`. Those of
this project are found in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from appointment_conformance.engine.api import Api
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.provisioning.spec import Provisioning

__all__ = ["GROUP", "Api", "Apis", "load_apis", "provisioning_of", "registered"]

GROUP: Final = "appointment_conformance.apis"


@dataclass(frozen=True)
class Apis(Mapping[str, Api]):
    """The APIs that could be loaded, by name, and why others could not."""

    loaded: Mapping[str, Api]
    #: By the name of the entry point: a sentence that names the package.
    broken: Mapping[str, str]

    def __getitem__(self, name: str) -> Api:
        """Return an API. Raises ConfigurationError for a broken one, and KeyError for one that is not installed."""
        if name in self.broken:
            raise ConfigurationError(self.broken[name])
        return self.loaded[name]

    @cached_property
    def proven(self) -> frozenset[str]:
        """The ids of the requirements that at least one fault, of any API, proves able to fail.

        Raises ConfigurationError where the proof of one cannot be read.
        """
        return frozenset(name for api in self.loaded.values() for name, faults in api.caught.items() if faults)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of those that could be loaded."""
        return iter(self.loaded)

    def __len__(self) -> int:
        """Return how many could be loaded."""
        return len(self.loaded)


@cache
def load_apis() -> Apis:
    """Return every API that is installed. Raises ConfigurationError where two share a name or a prefix of ids."""
    return registered(entry_points(group=GROUP))


def provisioning_of(name: str) -> Provisioning:
    """Return how an API makes and removes fixtures. Raises ConfigurationError for one that is not there or does not."""
    api = load_apis().get(name)
    if api is None or api.provisioning is None:
        raise ConfigurationError(f"no API `{name}` that makes and removes fixtures is installed.")
    return api.provisioning


def registered(points: Iterable[EntryPoint]) -> Apis:
    """Return the APIs that entry points lead to, by rank; one that cannot be loaded leaves the others as they are."""
    found: dict[EntryPoint, Api] = {}
    broken: dict[str, str] = {}
    for point in points:
        try:
            found[point] = _loaded(point)
        except Exception as error:  # noqa: BLE001 - a package of somebody else may raise anything
            broken[point.name] = (
                f"the API `{point.name}` of {_package(point)} cannot be used: {type(error).__name__}: {error}."
            )
    _refuse_shared(found, "name")
    _refuse_shared(found, "id_prefix")
    # Tools that build packages write entry points in an order of their own.
    ordered = sorted(found.values(), key=lambda api: (api.position, api.name))
    return Apis({api.name: api for api in ordered}, broken)


def _loaded(point: EntryPoint) -> Api:
    api = point.load()
    if not isinstance(api, Api):
        raise TypeError(f"{point.value} is {type(api).__name__}, not an Api")
    if api.name != point.name:
        raise ValueError(f"{point.value} is named `{api.name}`, its entry point `{point.name}`")
    return api


def _refuse_shared(found: Mapping[EntryPoint, Api], member: str) -> None:
    packages: dict[str, list[str]] = defaultdict(list)
    for point, api in found.items():
        packages[getattr(api, member)].append(_package(point))
    for value, sharing in packages.items():
        if len(sharing) > 1:
            words = {"name": "the name", "id_prefix": "the prefix of requirement ids"}[member]
            raise ConfigurationError(
                f"{' and '.join(sharing)} each register an API with {words} `{value}`; uninstall one of them."
            )


def _package(point: EntryPoint) -> str:
    return f"the package {point.dist.name}" if point.dist else point.value
