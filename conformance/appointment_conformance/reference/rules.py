"""The rules that all APIs share: credentials, the order of checks, refusals, and how an answer is encoded.

Each rule is a small method, so a fault or a variant is a subclass that replaces one of them.
"""

from __future__ import annotations

import json
import re
from email.utils import formatdate
from typing import TYPE_CHECKING, ClassVar

from starlette.responses import Response

from appointment_conformance.reference.call import Answer, Call, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from appointment_conformance.reference.state import State

__all__ = ["Rules"]


class Rules:
    """How one operation answers. One object serves one operation of one server."""

    state: State
    media_type = "application/json"
    #: The ids of records that a strict router accepts.
    plain_id: ClassVar[re.Pattern[str]] = re.compile(r"[A-Za-z0-9_-]{1,64}")

    def __init__(self, state: State) -> None:
        """Use `state`."""
        self.state = state

    async def respond(self, call: Call) -> Response:
        """Answer a request with a method of the path."""
        self.remember(call)
        return self.send(call, await self.answer(call))

    async def respond_undeclared(self, call: Call, allowed: Sequence[str]) -> Response:
        """Answer a request with a method that the path does not have."""
        self.remember(call)
        return self.send(call, await self.undeclared(call, allowed))

    def remember(self, call: Call) -> None:
        """Count the request. Store the id if it is a write to a record of somebody else that is not a fixture."""
        self.state.requests += 1
        if call.is_write and self.is_foreign(call) and call.appointment not in self.state.foreign_fixtures:
            self.state.touched.append(call.appointment)

    def is_foreign(self, call: Call) -> bool:
        """Whether the path names a record of somebody else. The rules of an API define this."""
        raise NotImplementedError

    async def answer(self, call: Call) -> Answer:
        """Run the checks in their order, then perform the operation."""
        try:
            for step in (*self.steps(), self.ownership):
                step(call)
            return await self.perform(call)
        except Refused as refused:
            return self.refusal(call, refused)

    def steps(self) -> Sequence[Callable[[Call], None]]:
        """Return the checks in their order. Each raises `Refused` or does nothing."""
        return (self.credentials, self.record, self.permission, self.body)

    def credentials(self, call: Call) -> None:
        """Refuse with 401 if the request has no known bearer token."""
        if not self.is_known(self.token(call)):
            raise Refused(401, "Unauthenticated.", headers=self.challenge())

    def token(self, call: Call) -> str:
        """Return the bearer token, empty without one. The scheme is case-insensitive (RFC 9110, section 11.1)."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def is_known(self, token: str) -> bool:
        """Whether the token is exactly one of the server's valid tokens."""
        return token in self.state.valid_tokens

    def challenge(self) -> dict[str, str]:
        """Return the headers of a 401 (RFC 9110, section 15.5.2)."""
        return {"WWW-Authenticate": "Bearer"}

    def record(self, call: Call) -> None:
        """Refuse with 404 if the path names no existing record."""

    def permission(self, call: Call) -> None:
        """Refuse with 403 if the token lacks the permission."""
        if call.is_write and self.token(call) == self.state.forbidden_token:
            raise Refused(403, "This action is unauthorized.")

    def body(self, call: Call) -> None:
        """Refuse with 422 if the content breaks a rule."""

    def ownership(self, call: Call) -> None:
        """Refuse with 404 to change a record of another account. Reads of all the organisation's records are served."""
        if call.is_write and self.is_foreign(call):
            raise Refused(404, "No such record in this account.")

    async def perform(self, call: Call) -> Answer:
        """Perform the operation, atomically."""
        raise NotImplementedError

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        """Refuse a method that the path does not have (RFC 9110, section 15.5.6)."""
        names = ", ".join(allowed)
        message = f"The method is not supported for this route. Supported methods: {names}."
        return self.refusal(call, Refused(405, message, headers={"Allow": names}))

    def refusal(self, call: Call, refused: Refused) -> Answer:
        """Return the answer for a refusal."""
        return Answer(refused.status, self.error(call, refused), refused.headers)

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        """Return the error document: `message`, and `errors` if fields are wrong."""
        del call
        document: dict[str, object] = {"message": refused.message}
        return document if refused.errors is None else document | {"errors": dict(refused.errors)}

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        """Return all headers of the answer except those of the content."""
        del call
        return {"Date": formatdate(usegmt=True), "Cache-Control": "no-store", **answer.headers}

    def encode(self, content: object) -> bytes:
        """Return the content as JSON in UTF-8."""
        return json.dumps(content).encode()

    def send(self, call: Call, answer: Answer) -> Response:
        """Return the HTTP response. Without content it has no media type and, with 204, no length."""
        headers = self.headers(call, answer)
        if answer.content is None:
            return Response(None, answer.status, headers)
        return Response(self.encode(answer.content), answer.status, headers, self.media_type)
