"""Which requirements are proven able to fail, and by which faults: data beside the requirements of an API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType

from appointment_conformance.errors import ConfigurationError


def proof_in(file: Traversable) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the faults that each requirement catches, by requirement id, as a proof file has them.

    Raises ConfigurationError where the file is missing or is not what the self-test writes.
    """
    try:
        written = json.loads(file.read_bytes())
        return MappingProxyType({name: tuple(faults) for name, faults in written["requirements"].items()})
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        message = f"{file} cannot be used ({type(error).__name__}); install its package again."
        raise ConfigurationError(message) from error
