"""The places of MijnKlantportaal's operation in its contract that requirements read, as JSON Pointers."""

from __future__ import annotations

from typing import Final

APPOINTMENT_IN_PATH: Final = "/parameters/path/appointmentId"
#: What the page says in words of the operation as a whole.
DESCRIPTION: Final = "/description"
SECURITY: Final = "/security"
#: The answer to a cancel.
APPOINTMENT: Final = "/responses/200/content/application~1json/schema"


def status(code: str) -> str:
    """Return the place of a status: whether it is there, and what it is for."""
    return f"/responses/{code}/"


def content(code: str) -> str:
    """Return the place that says what an answer with a status carries."""
    return f"/responses/{code}/content"


def member(name: str) -> str:
    """Return the place of a member of the appointment in the answer."""
    return f"{APPOINTMENT}/properties/{name}"
