"""Omneo's codes of what is wrong with the links of an answer."""

from __future__ import annotations

from typing import Final

from appointment_conformance.codes import of_name

#: Links: one that should be there, one that should not, one that came or went by itself, one that is there twice.
MISSING_LINK: Final = "missing-link"
UNEXPECTED_LINK: Final = "unexpected-link"
NEW_LINK: Final = "new-link"
LOST_LINK: Final = "lost-link"
REPEATED_LINK: Final = "repeated-link"


def of_link_type(name: str) -> str:
    """Return the code of a link whose type no document names."""
    return of_name("unknown-link-type", name)
