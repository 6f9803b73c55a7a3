"""Which requirements are proven able to fail: the faults of the reference API say so themselves."""

from __future__ import annotations

from functools import cache


@cache
def proven() -> frozenset[str]:
    """Return the requirements that at least one fault of the reference API breaks, by its own declaration."""
    from appointment_conformance.reference_apis import all_faults  # noqa: PLC0415 - a usage error does without a web server

    return frozenset(name for fault in all_faults() for name in fault.breaks)
