"""Faults any api can have at the borders of an account: records of another, tokens past their end, rights by name."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

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
        """Let everybody through."""


class ForeignAnswers200(Rules):
    """A change of another account's appointment is answered 200, without effect."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        refused = answer.status == 404 and self.is_foreign(call)
        return Answer(200, {"message": "OK"}) if refused else answer


class ForeignRefusedAndServed(Rules):
    """A change of another account's appointment is answered 404 and carried out all the same."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        if answer.status == 404 and self.is_foreign(call):
            with suppress(Refused):
                await self.perform(call)
        return answer


class ExpiredTokenServed(Rules):
    """A token that is past its end is served, as where only its signature is looked at."""

    def is_known(self, token: str) -> bool:
        return super().is_known(token) or token == self.state.expired_token


class ExpiredTokenAnswers403(Rules):
    """A token that is past its end is answered 403."""

    def credentials(self, call: Call) -> None:
        if self.token(call) == self.state.expired_token:
            raise Refused(403, "The token is past its end.")
        super().credentials(call)


class ExpiredTokenRefusedAndServed(Rules):
    """A request with a token that is past its end is answered 401 and carried out all the same."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        if answer.status == 401 and self.token(call) == self.state.expired_token:
            with suppress(Refused):
                await self.perform(call)
        return answer


class NamedRightsRefused(Rules):
    """A token that has the permission by name is answered 403, as where only a token with all rights is let through."""

    def permission(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.second_token:
            raise Refused(403, "This action is unauthorized.")
        super().permission(call)


class TokenWithAnEndUnknown(Rules):
    """A token with an end that is far off is refused to change anything, with 401; it may read."""

    def credentials(self, call: Call) -> None:
        if call.is_write and self.token(call) == self.state.second_token:
            raise Refused(401, "Unauthenticated.", headers=self.challenge())
        super().credentials(call)
