"""Which requirements are proven able to fail, and by which faults: data beside the requirements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from appointment_conformance.errors import ConfigurationError
from appointment_specs import APIS

#: The file beside the requirements of an api. The self-test writes it in a checkout, and verifies it.
PROOF_FILE: Final = "proof.json"


@cache
def proof_of(api: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the faults that each requirement of `api` catches, by requirement id.

    Raises ConfigurationError where the file is missing or is not what the self-test writes.
    """
    try:
        written = json.loads(files(f"appointment_conformance.suite.{api}").joinpath(PROOF_FILE).read_bytes())
        return MappingProxyType({name: tuple(faults) for name, faults in written["requirements"].items()})
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        told = f"{PROOF_FILE} of {api} cannot be used ({type(error).__name__}); install the suite again."
        raise ConfigurationError(told) from error


@cache
def proven() -> frozenset[str]:
    """Return the requirements that at least one fault proves able to fail; those of HTTP with a fault of any api."""
    return frozenset(name for api in APIS for name, faults in proof_of(api).items() if faults)
