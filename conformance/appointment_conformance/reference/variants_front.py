"""Conformant varieties of what stands before an operation: gateways, routers, parsers, and how they refuse."""
# ruff: noqa: ARG002, D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.apis.mijnklantportaal.reference.operations import MijnKlantportaalRules
from appointment_conformance.apis.omneo.reference.operations import Linking
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = "<!DOCTYPE html><title>Error</title><h1>Error</h1>"
#: An id of either api, as a router may know it.
PLAIN_ID = re.compile(r"apt_[a-z0-9]{1,64}|-?[0-9]{1,10}")


class _UndeclaredRefused(Rules):
    status: int
    message: str

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return self.refusal(call, Refused(self.status, self.message))


@variant
class UndeclaredMethodAnswers403(_UndeclaredRefused):
    """A method the path does not have is answered 403, as by a gateway that lists what may pass."""

    status, message = 403, "Missing authentication token."


@variant
class CancelUndeclaredMethodAnswers422(_UndeclaredRefused, MijnKlantportaalRules):
    """A method the path does not have is refused for its body, as where PUT and PATCH share what they do."""

    status, message = 422, "The status field is required."


@variant
class UndeclaredMethodAnswers501(_UndeclaredRefused):
    """A method the path does not have is answered 501."""

    status, message = 501, "Not implemented."


@variant
class UndeclaredMethodAnswersAPage(Rules):
    """A method the path does not have is refused with a page, as by a server in front."""

    async def respond_undeclared(self, call: Call, allowed: Sequence[str]) -> Response:
        self.remember(call)
        return Response(PAGE, 405, {"Allow": ", ".join(allowed)}, media_type="text/html")


@variant
class OddPathsAnswerAPage(Rules):
    """A path with an odd or long id is refused with a page, as by a server in front."""

    async def respond(self, call: Call) -> Response:
        if call.appointment and not PLAIN_ID.fullmatch(call.appointment):
            self.remember(call)
            return Response(PAGE, 400, media_type="text/html")
        return await super().respond(call)


@variant
class RoutesKnowTheirIds(Rules):
    """A path with an odd or long id leads nowhere, and the router's 404 is without content."""

    async def respond(self, call: Call) -> Response:
        if call.appointment and not PLAIN_ID.fullmatch(call.appointment):
            self.remember(call)
            return Response(None, 404)
        return await super().respond(call)


@variant
class NoJsonAnswersAPage(Linking):
    """Content that is no JSON text is refused with 400 and a page, as by a parser before the operation."""

    def send(self, call: Call, answer: Answer) -> Response:
        return Response(PAGE, 400, media_type="text/html") if answer.status == 400 else super().send(call, answer)

    def body(self, call: Call) -> None:
        if call.body.strip() != b"null" and self.decode(call.body) is None:
            raise Refused(400, "The body is no JSON text.")
        super().body(call)


@variant
class ScalarsAnswer400(Linking):
    """JSON text that is no object or array is refused with 400, as by a parser that goes by RFC 4627."""

    def body(self, call: Call) -> None:
        is_null = call.body.strip() == b"null"
        if is_null or not isinstance(self.decode(call.body), dict | list | None):
            raise Refused(400, "Unexpected token.")
        super().body(call)


@variant
class AlmostJsonRead(Linking):
    """Single quotes and a comma too many are read, as by parsers that take more than JSON (RFC 8259, section 9)."""

    def decode(self, body: bytes) -> object:
        value = super().decode(body)
        return super().decode(re.sub(rb",\s*}", b"}", body.replace(b"'", b'"'))) if value is None else value


@variant
class TextAfterJsonIgnored(Linking):
    """Text after the body's JSON is not looked at, as by decoders of streams (RFC 8259, section 9)."""

    def decode(self, body: bytes) -> object:
        try:
            return json.JSONDecoder().raw_decode(body.decode())[0]
        except ValueError:
            return None


@variant
class CredentialsRefusedWithoutContent(MijnKlantportaalRules):
    """A 401 or 403 has no content."""

    def refusal(self, call: Call, refused: Refused) -> Answer:
        answer = super().refusal(call, refused)
        return Answer(answer.status, None, answer.headers) if answer.status in {401, 403} else answer


@variant
class CancelWithoutPermissionAnswers401(MijnKlantportaalRules):
    """A valid token without the permission is answered 401."""

    def permission(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.forbidden_token:
            raise Refused(401, "Unauthenticated.", headers=self.challenge())


@variant
class LinkWithoutPermissionAnswers404(Linking):
    """A valid token without the permission is answered 404, so that it learns of nothing."""

    def permission(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.forbidden_token:
            raise Refused(404, "No such appointment.")
