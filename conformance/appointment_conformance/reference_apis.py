"""The reference API of every installed API. Each is imported when it is needed, because it imports a web server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from appointment_conformance.api import attempt, load_apis
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.complaint import suggestion

if TYPE_CHECKING:
    from appointment_conformance.reference import Fault, Reference, ReferenceApi, UnknownFault

__all__ = [
    "all_faults", "broken_references", "chosen_references", "faults_by_api", "reference_apis", "serve", "without_such",
]  # fmt: skip


def reference_apis() -> Mapping[str, ReferenceApi]:
    """Return the reference API of each API that has one and whose package can be used, by the name of the API."""
    return _imported()[0]


def broken_references() -> Mapping[str, str]:
    """Return by API name why its reference API cannot be used, as a sentence that names the package.

    APIs that cannot be used at all are included.
    """
    return MappingProxyType({**load_apis().broken, **_imported()[1]})


@cache
def _imported() -> tuple[Mapping[str, ReferenceApi], Mapping[str, str]]:
    references: dict[str, ReferenceApi] = {}
    broken: dict[str, str] = {}
    apis = load_apis()
    for name, api in apis.items():
        try:
            if api.reference:
                references[name] = attempt(partial(_checked, name, api.reference), name, apis.packages[name])
        except ConfigurationError as error:
            broken[name] = str(error)
    return MappingProxyType(references), MappingProxyType(broken)


def _checked(name: str, make: Callable[[], ReferenceApi]) -> ReferenceApi:
    reference = make()
    if reference.api != name:
        raise ValueError(f"its reference API is of the API `{reference.api}`")
    # Whoever asks for the faults of all reference APIs must not meet an error of one of them.
    _ = reference.faults, reference.variants
    return reference


def chosen_references(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the APIs called `names`, or of all APIs with a reference API, in their order.

    Raises ConfigurationError for an API that is not installed, has no reference API, or cannot be used.
    """
    requested = frozenset(names)
    for name in sorted(requested):
        _check_usable(name)
    return tuple(name for name in reference_apis() if not requested or name in requested)


def _check_usable(name: str) -> None:
    if name in broken_references():
        raise ConfigurationError(broken_references()[name])
    if name not in reference_apis():
        raise ConfigurationError(f"there is no reference API of `{name}`{suggestion(name, reference_apis())}")


def serve(
    api: str, *, faults: Collection[str] = (), variants: Collection[str] = (), port: int = 0
) -> AbstractContextManager[Reference]:
    """Serve the reference API of `api`, with these faults and variants, until the context ends.

    Raises ConfigurationError for an API without a reference API. Entering the context raises `UnknownFault` for a name
    that this API does not have.
    """
    _check_usable(api)
    return reference_apis()[api].serve(faults=faults, variants=variants, port=port)


def all_faults() -> tuple[Fault, ...]:
    """Return every fault of every reference API, in the order of definition."""
    return tuple(fault for reference in reference_apis().values() for fault in reference.faults.values())


def faults_by_api(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return by API which of the named faults it has. Raises ConfigurationError for a fault that no API has."""
    requested = tuple(names)
    known = {api: reference.faults for api, reference in reference_apis().items()}
    known_names = tuple(dict.fromkeys(name for faults in known.values() for name in faults))
    for name in requested:
        if name not in known_names:
            raise ConfigurationError(f"there is no fault `{name}`{suggestion(name, known_names)}")
    return {api: tuple(name for name in requested if name in faults) for api, faults in known.items()}


def without_such(error: UnknownFault) -> ConfigurationError:
    """Return the error for a fault or variant that does not exist, with a similar name if there is one."""
    return ConfigurationError(f"{error}{suggestion(error.name, error.known)}")
