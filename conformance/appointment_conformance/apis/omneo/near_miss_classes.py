"""Near misses of which the documents settle the answer only in part: a server may take them, in one way."""

from __future__ import annotations

from typing import Final

from appointment_conformance.apis.omneo.probes import cases_of
from appointment_conformance.traffic.recording import ProbeResult

#: Integer literals that no column holds. A server that links unknown targets may link them, too.
BEYOND: Final = cases_of("list id", "beyond-64-bits", "very-long")
#: Digits to the parsers of several languages; the page only says which kind of number.
OTHER_DIGITS: Final = cases_of("profile id", "non-ascii-digits")


def is_beyond(seen: ProbeResult) -> bool:
    """Whether the probe sends a list id beyond 64 bits."""
    return seen.probe.case.known in BEYOND


def may_be_taken(seen: ProbeResult) -> bool:
    """Whether a server that takes the probe does nothing that it must not do."""
    return seen.probe.case.known in BEYOND | OTHER_DIGITS
