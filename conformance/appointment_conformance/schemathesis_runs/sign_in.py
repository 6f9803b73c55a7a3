"""The token of the target in a team's own run of Schemathesis: obtained where it has a source, renewed, and sent."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from schemathesis import AuthContext, AuthProvider, Case, HookContext

from appointment_conformance.targets import Target
from appointment_conformance.traffic.secrets import Secrets
from appointment_conformance.traffic.tokens import Tokens, sources_of


class SignIn:
    """The token of one target for as long as the process lives; workers of a run share it."""

    def __init__(self, target: Target) -> None:
        """Obtain each token that has a source. Raises NotTestable or ConfigurationError if one cannot be used."""
        self._tokens, self._lock = Tokens(target, sources_of(target, {"Accept": "application/json"})), Lock()
        self.target = self._tokens.obtain()

    @property
    def secrets(self) -> Secrets:
        """The secrets of the target, with every token that was obtained so far."""
        return self._tokens.secrets

    def accepts(self, token: str) -> bool:
        """Whether `token` is the target's, or one that its source has given since."""
        return self._tokens.is_own(token)

    def current(self, credentials: str) -> str:
        """Return credentials that hold the first token with the current one, which is renewed before its end."""
        with self._lock:
            ((_, value),) = self._tokens.as_sent((("Authorization", credentials),))
        return value


def provider_of(sign_in: SignIn) -> type[AuthProvider[str]]:
    """Return an authentication provider of Schemathesis that lets each case carry the first token."""

    class TargetToken:
        """The token is exchanged for the current one where the case is sent: cases are made long before."""

        def get(self, case: Case[Any], context: AuthContext) -> str:  # noqa: ARG002 - as Schemathesis calls it
            """Return the credentials."""
            return f"Bearer {sign_in.target.token}"

        def set(self, case: Case[Any], data: str, context: AuthContext) -> None:  # noqa: ARG002 - as it is called
            """Add the credentials to the headers of the case."""
            case.headers["Authorization"] = data

    return TargetToken


def renewing(sign_in: SignIn) -> Callable[[HookContext, Case[Any], dict[str, Any]], None]:
    """Return a hook that lets a case carry the current token in place of the first one."""

    def before_call(_: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:  # noqa: ARG001 - as it is called
        if given := case.headers.get("Authorization"):
            case.headers["Authorization"] = sign_in.current(given)

    return before_call
