"""Omneo: numbers in the path that no appointment can have, however they are read."""

from __future__ import annotations

from typing import Final

from appointment_conformance.traffic.case import Case

ZERO: Final = Case("path", "zero")
NEGATIVE_NUMBER: Final = Case("path", "negative")
HUGE_NUMBER: Final = Case("path", "huge")
#: For these, a page may come from a server in front of the API. For other odd paths, a router answers with a page.
WELL_FORMED: Final = frozenset({NEGATIVE_NUMBER, HUGE_NUMBER})
