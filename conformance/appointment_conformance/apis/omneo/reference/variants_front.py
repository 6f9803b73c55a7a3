"""Conformant varieties of what stands before an operation: gateways, routers, parsers, and how they refuse."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

import json
import re

from starlette.responses import Response

from appointment_conformance.apis.omneo.reference.operations import Linking
from appointment_conformance.reference import shared_variants
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant


@variant
class NoJsonAnswersAPage(Linking):
    """Content that is no JSON text is refused with 400 and a page, as by a parser before the operation."""

    def send(self, call: Call, answer: Answer) -> Response:
        return (
            Response(shared_variants.ERROR_PAGE, 400, media_type="text/html")
            if answer.status == 400
            else super().send(call, answer)
        )

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
class LinkWithoutPermissionAnswers404(Linking):
    """A valid token without the permission is answered 404, so that it learns of nothing."""

    def permission(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.forbidden_token:
            raise Refused(404, "No such appointment.")
