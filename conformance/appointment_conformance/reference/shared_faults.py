"""Faults that any API can have: credentials, refusals that are carried out, wrong errors and wrong answers."""
# ruff: noqa: ARG002, D102 - the docstring of the class describes the fault

from __future__ import annotations

import codecs
import math
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class NoCredentialsNeeded(Rules):
    """A request without credentials is served."""

    def token(self, call: Call) -> str:
        return super().token(call) if "authorization" in call.headers else self.state.full_token


class AnyTokenServed(Rules):
    """A request with a token that was never issued is served."""

    def is_known(self, token: str) -> bool:
        return bool(token)


class AnySchemeServed(Rules):
    """A request with credentials of another scheme is served."""

    def token(self, call: Call) -> str:
        scheme = call.headers.get("authorization", "").partition(" ")[0].lower()
        return self.state.full_token if scheme not in {"", "bearer"} else super().token(call)


class UnknownSchemeServed(Rules):
    """The token is accepted under a made-up scheme: only Basic and Digest are refused."""

    def token(self, call: Call) -> str:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() not in {"basic", "digest"} else ""


class SchemeEndingServed(Rules):
    """A scheme that only ends in `Bearer` is accepted as Bearer."""

    def token(self, call: Call) -> str:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower().endswith("bearer") else ""


class JunkAfterTokenIgnored(Rules):
    """Text after the token is ignored, as by a server that splits the header at spaces."""

    def token(self, call: Call) -> str:
        return super().token(call).partition(" ")[0]


class JunkAfterTokenAnswers500(Rules):
    """Text after the token is answered 500, as by a server that expects exactly two parts."""

    def credentials(self, call: Call) -> None:
        if " " in super().token(call):
            raise Refused(500)
        super().credentials(call)


class TokenCaseIgnored(Rules):
    """A token in altered case is served."""

    def is_known(self, token: str) -> bool:
        return token.lower() in {known.lower() for known in self.state.valid_tokens}


class TokenTruncated(Rules):
    """A token without its last letters is served, as by a server that compares the beginning only."""

    def token(self, call: Call) -> str:
        sent = super().token(call)
        begun = (known for known in sorted(self.state.valid_tokens) if known.startswith(sent))
        return next(begun, sent) if len(sent) > 4 else sent


class PermissionIgnored(Rules):
    """A token without the permission is served."""

    def permission(self, call: Call) -> None:
        """Accept every token."""


class AnonymousAnswers403(Rules):
    """A request without credentials is answered 403."""

    def credentials(self, call: Call) -> None:
        if "authorization" not in call.headers:
            raise Refused(403, "This action is unauthorized.")
        super().credentials(call)


class AnonymousIsSentToLogin(Rules):
    """A request without credentials is sent to a login page."""

    def credentials(self, call: Call) -> None:
        if "authorization" not in call.headers:
            raise Refused(302, "Redirecting to the login page.", headers={"Location": "/login"})
        super().credentials(call)


class UnknownTokenAnswers403(Rules):
    """A token that was never issued is answered 403."""

    def credentials(self, call: Call) -> None:
        token = self.token(call)
        known = {valid.lower() for valid in (*self.state.valid_tokens, self.state.expired_token)}
        if token and token.lower() not in known:
            raise Refused(403, "This action is unauthorized.")
        super().credentials(call)


class ForbiddenAnswers401(Rules):
    """A valid token without the permission is answered 401."""

    def permission(self, call: Call) -> None:
        try:
            super().permission(call)
        except Refused:
            raise Refused(401, "Unauthenticated.", headers=self.challenge()) from None


class _ActsDespite(Rules):
    status: int

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        if answer.status == self.status:
            with suppress(Refused):
                await self.perform(call)
        return answer


class AnonymousRefusedAndServed(_ActsDespite):
    """A request that is answered 401 is carried out."""

    status = 401


class ForbiddenRefusedAndServed(_ActsDespite):
    """A request that is answered 403 is carried out."""

    status = 403


class _NoMessage(Rules):
    status: int

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = super().error(call, refused)
        return {"error": document["message"]} if refused.status == self.status else document


class NoMessageWith401(_NoMessage):
    """A 401 says what is wrong under `error` instead of `message`."""

    status = 401


class NoMessageWith403(_NoMessage):
    """A 403 says what is wrong under `error` instead of `message`."""

    status = 403


class NoMessageWith404(_NoMessage):
    """A 404 says what is wrong under `error` instead of `message`."""

    status = 404


class NoMessageWith409(_NoMessage):
    """A 409 says what is wrong under `error` instead of `message`."""

    status = 409


class MessageIsAnObject(Rules):
    """The message of a 404 is an object instead of a text."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = super().error(call, refused)
        return {"message": {"text": document["message"]}} if refused.status == 404 else document


class AbsentAnswers400(Rules):
    """A path with the id of no record is answered 400."""

    def record(self, call: Call) -> None:
        try:
            super().record(call)
        except Refused as refused:
            raise Refused(400, refused.message) from None


class AbsentAnswers500(Rules):
    """A path with the id of no record is answered 500."""

    def record(self, call: Call) -> None:
        try:
            super().record(call)
        except Refused:
            raise Refused(500) from None


class UndeclaredMethodServed(Rules):
    """A method that the path does not have is served like the declared one."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return await self.answer(call)


class UndeclaredMethodAnswers200(Rules):
    """A method that the path does not have is answered 200, without effect."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return Answer(200, {"message": "OK"})


class UndeclaredMethodAnswers500(Rules):
    """A method that the path does not have is answered 500."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return Answer(500, {"message": "Server Error"})


class NoAllow(Rules):
    """A 405 does not say which methods the path has."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        answer = await super().undeclared(call, allowed)
        return Answer(answer.status, answer.content)


class AllowNamesTheRefused(Rules):
    """A 405 says that the method it refuses is allowed."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return await super().undeclared(call, (*allowed, call.method))


class _AllowNames(Rules):
    names: str

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        answer = await super().undeclared(call, allowed)
        return Answer(answer.status, answer.content, {"Allow": self.names})


class AllowIsEmpty(_AllowNames):
    """A 405 says that no method is allowed."""

    names = ""


class AllowNamesAnother(_AllowNames):
    """A 405 does not name the method that the path has."""

    names = "OPTIONS"


class NoChallenge(Rules):
    """A 401 does not say which credentials are required."""

    def challenge(self) -> dict[str, str]:
        return {}


class ErrorsAsHtml(Rules):
    """JSON that says what is wrong is sent under the media type of HTML."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status >= 400:
            response.headers["content-type"] = "text/html; charset=utf-8"
        return response


class NoMediaTypeWith404(Rules):
    """The content of a 404 has no media type."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status == 404:
            del response.headers["content-type"]
        return response


class SuccessAsText(Rules):
    """A successful answer's JSON is sent under the media type of plain text."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status < 300 and answer.content is not None:
            response.headers["content-type"] = "text/plain; charset=utf-8"
        return response


class ShorterThanDeclared(Rules):
    """The content of a 404 ends before its declared length."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status == 404:
            response.headers["content-length"] = str(len(response.body) + 4)
        return response


class InvalidUtf8(Rules):
    """The JSON text of a 404 has a byte that is not UTF-8."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status != 404:
            return response
        body = bytes(response.body).replace(b"No such", b"No s\xfcch").replace(b"No app", b"N\xf6 app")
        return Response(body, answer.status, self.headers(call, answer), self.media_type)


class HtmlAsJson(Rules):
    """The content of a 405 is an HTML page under the media type of JSON."""

    def send(self, call: Call, answer: Answer) -> Response:
        if answer.status != 405:
            return super().send(call, answer)
        return Response(b"<h1>Oops</h1>", answer.status, self.headers(call, answer), self.media_type)


class ByteOrderMark(Rules):
    """JSON text begins with a byte order mark."""

    def encode(self, content: object) -> bytes:
        return codecs.BOM_UTF8 + super().encode(content)


class NotANumber(Rules):
    """A successful answer has a member that is NaN."""

    def encode(self, content: object) -> bytes:
        if isinstance(content, dict) and "message" not in content:
            return super().encode({**content, "total": math.nan})
        return super().encode(content)
