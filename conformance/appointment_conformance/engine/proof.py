"""Which requirements are proven able to fail, and by which faults: data beside the requirements of an API."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeVar

from appointment_conformance.errors import ConfigurationError

Built = TypeVar("Built")


def proof_in(file: Traversable) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the faults that each requirement catches, by requirement id, as a proof file has them.

    Raises ConfigurationError where the file is missing or is not what the self-test writes.
    """
    return data_of(file, _caught)


def data_of(file: Traversable, build: Callable[[Mapping[str, Any]], Built]) -> Built:
    """Return what `build` makes of the JSON data of a file that the self-test writes.

    Raises ConfigurationError where the file is missing or is not what the self-test writes.
    """
    try:
        return build(json.loads(file.read_bytes()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        message = (
            f"{file} cannot be used ({type(error).__name__}); install its package again; "
            "in a checkout, `appointment-conformance selftest --write docs` writes it."
        )
        raise ConfigurationError(message) from error


def _caught(written: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(faults) for name, faults in written["requirements"].items()})


def proven_in(caught: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return the ids of the requirements that have caught a fault."""
    return frozenset(requirement for requirement, faults in caught.items() if faults)
