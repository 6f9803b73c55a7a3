"""The places of Omneo's operations in its contract that requirements read, as JSON Pointers."""

from __future__ import annotations

from typing import Final

#: The body of a request.
BODY: Final = "/requestBody/content/application~1json/schema"
TYPE: Final = f"{BODY}/properties/type"
ID: Final = f"{BODY}/properties/id"
#: What decides the form of an id.
FORM_OF_ID: Final = (f"{BODY}/description", ID, f"{BODY}/if", f"{BODY}/then", f"{BODY}/else")
APPOINTMENT_IN_PATH: Final = "/parameters/path/appointment"
#: What the page says in words of the operation as a whole.
DESCRIPTION: Final = "/description"
SECURITY: Final = "/security"
#: The answer to a link.
ANSWER: Final = "/responses/20[01]/content/application~1json/schema"
APPOINTMENT: Final = f"{ANSWER}/properties/data"
LINKS: Final = f"{APPOINTMENT}/properties/links"
VALIDATION_ERRORS: Final = "/responses/422/content/application~1json/schema/properties/errors"


def status(code: str) -> str:
    """Return the place of a status: whether it is there, and what for; `2*` is every one that begins with 2."""
    return f"/responses/{code}/"


def content(code: str) -> str:
    """Return the place that says what an answer with a status carries."""
    return f"/responses/{code}/content"
