"""Faults that any API can have with records of other accounts, expired tokens and limited permissions."""
# ruff: noqa: D102 - the docstring of the class describes the fault

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from appointment_conformance.reference.call import Answer, Refused
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from appointment_conformance.reference.call import Call


class ForeignServed(Rules):
    """A change of another account's appointment is served."""

    def ownership(self, call: Call) -> None:
        """Accept every account."""


class ForeignAnswers200(Rules):
    """A change of another account's appointment is answered 200, without effect."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        refused = answer.status == 404 and self.is_foreign(call)
        return Answer(200, {"message": "OK"}) if refused else answer


class ForeignRefusedAndServed(Rules):
    """A change of another account's appointment is answered 404 and carried out."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        if answer.status == 404 and self.is_foreign(call):
            with suppress(Refused):
                await self.perform(call)
        return answer


class ExpiredTokenServed(Rules):
    """An expired token is served, as by a server that checks its signature only."""

    def is_known(self, token: str) -> bool:
        return super().is_known(token) or token == self.state.expired_token


class ExpiredTokenAnswers403(Rules):
    """An expired token is answered 403."""

    def credentials(self, call: Call) -> None:
        if self.token(call) == self.state.expired_token:
            raise Refused(403, "The token is past its end.")
        super().credentials(call)


class ExpiredTokenRefusedAndServed(Rules):
    """A request with an expired token is answered 401 and carried out."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        if answer.status == 401 and self.token(call) == self.state.expired_token:
            with suppress(Refused):
                await self.perform(call)
        return answer


class NamedRightsRefused(Rules):
    """A token with the named permission is answered 403, as by a server that requires all permissions."""

    def permission(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.second_token:
            raise Refused(403, "This action is unauthorized.")
        super().permission(call)


class TokenWithAnEndUnknown(Rules):
    """A valid token that expires far in the future may read, but every change is answered 401."""

    def credentials(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.second_token:
            raise Refused(401, "Unauthenticated.", headers=self.challenge())
        super().credentials(call)
