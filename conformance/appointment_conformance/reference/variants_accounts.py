"""Conformant varieties of what another account's record and a token that is past its end are answered."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction
from appointment_conformance.reference.call import Refused
from appointment_conformance.reference.mutation import variant
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from appointment_conformance.reference.call import Call


@variant
class ForeignAnswers403(Rules):
    """A change of another account's appointment is answered 403."""

    def ownership(self, call: Call) -> None:
        if call.is_write and self.is_foreign(call):
            raise Refused(403, "This appointment is not of your account.")


@variant
class ForeignIsHidden(Rules):
    """Another account's appointment is answered 404 to reads as well."""

    def ownership(self, call: Call) -> None:
        if self.is_foreign(call):
            raise Refused(404, "No such appointment.")


@variant
class ExpiredTokenNamedInTheChallenge(Rules):
    """The challenge says that a token is past its end (RFC 6750, section 3.1)."""

    def credentials(self, call: Call) -> None:
        if self.token(call) == self.state.expired_token:
            challenge = 'Bearer error="invalid_token", error_description="The access token expired"'
            raise Refused(401, "The token is past its end.", headers={"WWW-Authenticate": challenge})
        super().credentials(call)


@variant
class CancelWithAnExpiredTokenAnswers403(CancelAction):
    """A cancel with a token that is past its end is answered 403."""

    def credentials(self, call: Call) -> None:
        if self.token(call) == self.state.expired_token:
            raise Refused(403, "The token is past its end.")
        super().credentials(call)
