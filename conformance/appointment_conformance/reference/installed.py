"""The reference API of an installed API, found by its name."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager

    from appointment_conformance.reference.reference_api import Reference, ReferenceApi

__all__ = ["serve"]


def serve(
    api: str, *, faults: Collection[str] = (), variants: Collection[str] = (), port: int = 0
) -> AbstractContextManager[Reference]:
    """Serve the reference API of `api`, with these faults and variants, until the context ends.

    Raises ValueError for an API that is not installed or has no reference API, and what the import of its package
    raises. Entering the context raises `UnknownFault` for a name that this API does not have, and `OSError` if the port
    is in use.
    """
    # By entry point, since the reference imports nothing of the suite.
    for entry in entry_points(group="appointment_conformance.apis", name=api):
        make = entry.load().reference
        if make is not None:
            reference: ReferenceApi = make()
            return reference.serve(faults=faults, variants=variants, port=port)
    message = f"there is no reference API of `{api}`"
    raise ValueError(message)
