"""Omneo: numbers in the path that no appointment can have, however they are read."""

from __future__ import annotations

from typing import Final

from appointment_conformance.traffic.case import Case

ZERO: Final = Case("path", "zero")
NEGATIVE_NUMBER: Final = Case("path", "negative")
HUGE_NUMBER: Final = Case("path", "huge")
#: Those of which a page in place of the API's answer is in doubt; routers refuse other odd paths with pages of theirs.
WELL_FORMED: Final = frozenset({NEGATIVE_NUMBER, HUGE_NUMBER})
