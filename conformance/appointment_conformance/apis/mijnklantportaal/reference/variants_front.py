"""Conformant varieties of what stands before an operation: gateways, routers, other accounts, expired tokens."""
# ruff: noqa: ARG002, D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction, MijnKlantportaalRules
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from collections.abc import Sequence


@variant
class CancelUndeclaredMethodAnswers422(MijnKlantportaalRules):
    """A method the path does not have is refused for its body, as where PUT and PATCH share what they do."""

    async def undeclared(self, call: Call, allowed: Sequence[str]) -> Answer:
        return self.refusal(call, Refused(422, "The status field is required."))


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
class CancelWithAnExpiredTokenAnswers403(CancelAction):
    """A cancel with a token that is past its end is answered 403."""

    def credentials(self, call: Call) -> None:
        if self.token(call) == self.state.expired_token:
            raise Refused(403, "The token is past its end.")
        super().credentials(call)
