"""Variants of the answers of any API, in the JSON document and in the HTTP message."""
# ruff: noqa: D102 - the docstring of the class describes the variant

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, ClassVar

from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response


@variant
class TextInDutch(Rules):
    """Error messages are in Dutch."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = {**super().error(call, refused), "message": "Dit kan niet, hélaas."}
        errors = refused.errors
        return document if errors is None else {**document, "errors": {name: ["Ongeldig veld."] for name in errors}}


@variant
class DebugMembers(Rules):
    """Errors have the members of a server in debug mode."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        trace = [{"file": "/app/Http/Kernel.php", "line": 42, "function": "handle"}]
        debug = {"exception": "HttpException", "file": "/app/Handler.php", "line": 17, "trace": trace}
        return {**debug, **super().error(call, refused)}


@variant
class ChallengeLeftOut(Rules):
    """A 401 does not say which credentials are required; RFC 9110 demands it, but many servers leave it out."""

    def challenge(self) -> dict[str, str]:
        return {}


@variant
class ExtraHeaders(Rules):
    """Answers have a cookie and other additional headers."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        extra = {"Set-Cookie": "session=none; Path=/; HttpOnly", "Server": "example", "X-Powered-By": "example"}
        return super().headers(call, answer) | extra


@variant
class ConnectionClosed(Rules):
    """The connection ends after each answer."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        return super().headers(call, answer) | {"Connection": "close"}


@variant
class CharsetNamed(Rules):
    """The media type names the charset."""

    media_type = "application/json; charset=utf-8"


@variant
class ErrorsAsProblemJson(Rules):
    """Errors have the media type of problem details."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status >= 400:
            response.headers["content-type"] = "application/problem+json"
        return response


@variant
class Chunked(Rules):
    """Content is sent in chunks, without a length."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.content is not None:
            del response.headers["content-length"]
        return response


class _Compressing(Rules):
    """Compresses content; a request without Accept-Encoding is treated as if it had the value `unsaid`."""

    unsaid: ClassVar[str]

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.content is not None and "gzip" in call.headers.get("accept-encoding", self.unsaid):
            response.body = gzip.compress(bytes(response.body), mtime=0)
            response.headers["content-length"] = str(len(response.body))
            response.headers["content-encoding"] = "gzip"
        response.headers["vary"] = "accept-encoding"
        return response


@variant
class Compressed(_Compressing):
    """Content is compressed if the request accepts it."""

    unsaid = "identity"


@variant
class CompressedUnasked(_Compressing):
    """Content is also compressed if the request has no Accept-Encoding (RFC 9110, section 12.5.3)."""

    unsaid = "gzip"


@variant
class Slow(Rules):
    """An answer takes 20 milliseconds."""

    async def respond(self, call: Call) -> Response:
        await asyncio.sleep(0.02)
        return await super().respond(call)


class _Busy(Rules):
    every: int
    busy: Answer

    async def answer(self, call: Call) -> Answer:
        return self.busy if self.state.requests % self.every == 0 else await super().answer(call)


@variant
class NowAndThen503(_Busy):
    """Every ninth request is answered 503 with `Retry-After: 0`, and has no effect."""

    every = 9
    busy = Answer(503, {"message": "Service Unavailable"}, {"Retry-After": "0"})


@variant
class NowAndThen429(_Busy):
    """Every 25th request is answered 429 with `Retry-After: 1`, and has no effect."""

    every = 25
    busy = Answer(429, {"code": 429, "message": "Too many requests."}, {"Retry-After": "1"})
