"""Variants that any API can have: the order of checks, credentials, routers and gateways, other accounts."""
# ruff: noqa: ARG002, D102 - the docstring of the class describes the variant

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Step = Callable[[Call], None]

NOT_FOUND_PAGE = "<!DOCTYPE html><title>Not Found</title><h1>Not Found</h1>"
ERROR_PAGE = "<!DOCTYPE html><title>Error</title><h1>Error</h1>"


class ReadsAnswerAPage(Rules):
    """An appointment cannot be read; the router answers with its default page."""

    async def respond(self, call: Call) -> Response:
        self.remember(call)
        return Response(NOT_FOUND_PAGE, 404, media_type="text/html")


@variant
class PermissionBeforeAppointment(Rules):
    """A missing permission is refused before an absent appointment."""

    def steps(self) -> Sequence[Step]:
        return (self.credentials, self.permission, self.record, self.body)


@variant
class AppointmentBeforeCredentials(Rules):
    """An absent appointment is refused before missing credentials."""

    def steps(self) -> Sequence[Step]:
        return (self.record, self.credentials, self.permission, self.body)


@variant
class UndeclaredMethodAnswers404(Rules):
    """A method that the path does not have is answered 404."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return self.refusal(call, Refused(404))


@variant
class LastBearerRead(Rules):
    """The token is the text after the last `Bearer ` of the header, up to a comma, as in Laravel."""

    def token(self, call: Call) -> str:
        sent = call.headers.get("authorization", "")
        start = sent.lower().rfind("bearer ")
        return sent[start + len("bearer ") :].partition(",")[0] if start >= 0 else ""


@variant
class MalformedCredentialsAnswer400(Rules):
    """Credentials of more or fewer than two words are answered 400, as RFC 6750 advises."""

    def credentials(self, call: Call) -> None:
        if len(call.headers.get("authorization", "Bearer x").split(" ")) != 2:
            raise Refused(400, "The credentials are malformed.")
        super().credentials(call)


@variant
class AllowLeftOut(Rules):
    """A 405 has no Allow; RFC 9110 requires it, but widely used servers leave it out."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        answer = await super().undeclared(call, allowed)
        return replace(answer, headers={})


class _UndeclaredRefused(Rules):
    status: int
    message: str

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return self.refusal(call, Refused(self.status, self.message))


@variant
class UndeclaredMethodAnswers403(_UndeclaredRefused):
    """A method that the path does not have is answered 403, as by a gateway with a list of allowed methods."""

    status, message = 403, "Missing authentication token."


@variant
class UndeclaredMethodAnswers501(_UndeclaredRefused):
    """A method that the path does not have is answered 501."""

    status, message = 501, "Not implemented."


@variant
class UndeclaredMethodAnswersAPage(Rules):
    """A method that the path does not have is refused with an HTML page, as by a server in front of the API."""

    async def respond_undeclared(self, call: Call, allowed: Sequence[str]) -> Response:
        self.remember(call)
        return Response(ERROR_PAGE, 405, {"Allow": ", ".join(allowed)}, media_type="text/html")


@variant
class OddPathsAnswerAPage(Rules):
    """A path with an odd or long id is refused with an HTML page, as by a server in front of the API."""

    async def respond(self, call: Call) -> Response:
        if call.appointment and not self.plain_id.fullmatch(call.appointment):
            self.remember(call)
            return Response(ERROR_PAGE, 400, media_type="text/html")
        return await super().respond(call)


@variant
class RoutesKnowTheirIds(Rules):
    """A path with an odd or long id is not routed; the 404 has no content."""

    async def respond(self, call: Call) -> Response:
        if call.appointment and not self.plain_id.fullmatch(call.appointment):
            self.remember(call)
            return Response(None, 404)
        return await super().respond(call)


@variant
class ForeignAnswers403(Rules):
    """A change of another account's appointment is answered 403."""

    def ownership(self, call: Call) -> None:
        if call.is_write and self.is_foreign(call):
            raise Refused(403, "This record is not of your account.")


@variant
class ForeignIsHidden(Rules):
    """Reads of another account's appointment are answered 404, too."""

    def ownership(self, call: Call) -> None:
        if self.is_foreign(call):
            raise Refused(404, "No such record.")


@variant
class ExpiredTokenNamedInTheChallenge(Rules):
    """The challenge says that a token has expired (RFC 6750, section 3.1)."""

    def credentials(self, call: Call) -> None:
        if self.token(call) == self.state.expired_token:
            challenge = 'Bearer error="invalid_token", error_description="The access token expired"'
            raise Refused(401, "The token is past its end.", headers={"WWW-Authenticate": challenge})
        super().credentials(call)
