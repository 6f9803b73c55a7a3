"""Near misses of which the documents settle the answer only in part: a server may take them, in one way."""

from __future__ import annotations

from appointment_conformance.traffic.recording import Seen

#: Integer literals that no column holds. Who links targets that it does not know may link that, too.
BEYOND = ("beyond-64-bits", "very-long")
#: Digits to the parsers of several languages; the page only says which kind of number.
OTHER_DIGITS = "non-ascii-digits"


def class_of(seen: Seen) -> str:
    """Return the name of the class of wrong ids or paths that the probe is of; a drawn one has a number after it."""
    return seen.probe.of.rsplit("/", 1)[-1].split("#")[0]


def is_beyond(seen: Seen) -> bool:
    """Whether the probe sends a list id beyond 64 bits."""
    return seen.probe.of.startswith("list id/") and class_of(seen) in BEYOND


def has_other_digits(seen: Seen) -> bool:
    """Whether the probe sends an id in digits of another script."""
    return class_of(seen) == OTHER_DIGITS


def may_be_taken(seen: Seen) -> bool:
    """Whether a server that takes the probe does nothing that it must not do."""
    return is_beyond(seen) or has_other_digits(seen)
